/**
 * Masks credentials in recorded bodies. A mask is as long as the text it replaces, so that offsets, sizes and token counts
 * of a recording stay close to the original's, and JSON stays JSON. Linear in the body, whatever it holds.
 */

const MASK = 'x'

/** Prefixes of credentials, as their issuers document them; the prefix itself stays readable. */
const PREFIXES = [
  'sk-', // OpenAI, Anthropic (sk-ant-), OpenRouter (sk-or-), DeepSeek
  'gsk_', // Groq
  'xai-', // xAI
  'pplx-', // Perplexity
  'hf_', // Hugging Face
  'r8_', // Replicate
  'nvapi-', // NVIDIA
  'AIza', // Google
  'ya29.', // Google OAuth
  'AKIA', // AWS access key
  'ASIA', // AWS temporary access key
  'ABSK', // Amazon Bedrock API key
  'ghp_', // GitHub tokens, five kinds and the fine-grained one
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-', // GitLab
  'xoxa-', // Slack, by kind
  'xoxb-',
  'xoxp-',
  'xoxr-',
  'xoxs-',
  'xapp-',
  'npm_', // npm
  'pypi-', // PyPI
  'sk_live_', // Stripe
  'sk_test_',
  'rk_live_',
  'SG.', // SendGrid
  'eyJ', // JSON Web Token
] as const

/** Shorter rests are words: `sk-learn`, `hf_hub`. */
const MIN_REST = 16

const RUN_CHARACTER = '[A-Za-z0-9_.~+/=-]'
/**
 * An escape of JSON, up to three deep, or a run of the characters that credentials are made of. Escapes are taken first:
 * in `\nsk-...` the `n` is no part of the run.
 */
const ESCAPE_OR_RUN = new RegExp(`\\\\{1,8}(?:u[0-9a-fA-F]{4}|[bfnrt])|(${RUN_CHARACTER}{${MIN_REST},})`, 'g')
const PREFIX = new RegExp(
  `(?:^|[^A-Za-z])(${PREFIXES.map((prefix) => prefix.replaceAll('.', '\\.')).join('|')})(?=${RUN_CHARACTER}{${MIN_REST}})`,
)

/** Ends of names whose value is a credential: `OPENAI_API_KEY`, `dbPassword`. */
const NAMES =
  'api[_-]?key|access[_-]?key|access[_-]?key[_-]?id|secret[_-]?key|private[_-]?key|secret|token|passw(?:or)?d|pwd|passphrase|' +
  'authorization|credentials?'
const BLANKS = '[ \\t\\r\\n]{0,8}'
/** `"api_key": "value"`, `'password': 'value'`, `secret = "value"`; quotes may be escaped, as in JSON inside a string. */
const QUOTED = new RegExp(
  `((?:${NAMES})(?:\\\\{0,7}["'])?${BLANKS}[:=]${BLANKS}\\\\{0,7}["'])((?:[^"'\\\\]|\\\\u[0-9a-fA-F]{4}|\\\\/)+)`,
  'gi',
)
/** `API_KEY=value`, `password: value`. Bytes beyond ASCII end a value, as do quotes and brackets. */
const BARE = new RegExp(`((?:${NAMES}) ?[:=] ?)((?:[!#-&(-+\\--:=?-Z^-z|~]|\\\\/){8,})`, 'gi')
const SCHEME = new RegExp(`(\\b(?:Bearer|Basic) )(${RUN_CHARACTER}{8,})`, 'gi')
const URL_PASSWORD = /(:\/\/[!-.0-9;-?A-~]{1,100}:)([!#-.0-?A-[\]-~]{1,200})(?=@)/g
/** The lines of a key in PEM (RFC 7468), line feeds as they are or escaped. */
const PEM = /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)((?:[A-Za-z0-9+/= \t\r\n]|\\{1,8}[nrt])+)/g

/** @returns a copy of the same length; the very same bytes when there is nothing to mask */
export function redact(bytes: Uint8Array): Uint8Array {
  // One unit a byte: every pattern is ASCII, so that no character of UTF-8 is ever cut.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const masked = redactText(text)
  return masked === text ? bytes : Buffer.from(masked, 'latin1')
}

/** @returns a copy of the same length with credentials masked */
export function redactText(text: string): string {
  return text
    .replace(PEM, keepFirst)
    .replace(ESCAPE_OR_RUN, maskRun)
    .replace(QUOTED, keepFirst)
    .replace(BARE, keepFirst)
    .replace(SCHEME, keepFirst)
    .replace(URL_PASSWORD, keepFirst)
}

function maskRun(match: string, run: string | undefined): string {
  const found = run === undefined ? null : PREFIX.exec(run)
  if (found === null) return match
  const kept = found.index + found[0].length
  return match.slice(0, kept) + MASK.repeat(match.length - kept)
}

function keepFirst(_match: string, kept: string, secret: string): string {
  return kept + MASK.repeat(secret.length)
}
