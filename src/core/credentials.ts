/**
 * Finds credentials in plain text by the prefixes of their issuers, by the names in front of them, and by their form. Every
 * pattern takes linear time: repetitions are bounded, or end where the next one may begin.
 */

/** A part of a text that is to be masked: offsets in UTF-16 units, the end exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Beginnings of credentials, as their issuers document them. They stay readable. */
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
  'GOCSPX-', // Google OAuth client
  'AKIA', // AWS access key
  'ASIA', // AWS temporary access key
  'ABSK', // Amazon Bedrock API key
  'ghp_', // GitHub, five kinds and the fine-grained one
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-', // GitLab
  'glrt-',
  'xoxa-', // Slack, by kind
  'xoxb-',
  'xoxc-',
  'xoxp-',
  'xoxr-',
  'xoxs-',
  'xapp-',
  'npm_',
  'pypi-',
  'sk_live_', // Stripe
  'sk_test_',
  'rk_live_',
  'whsec_',
  'SG.', // SendGrid
  'hvs.', // Vault
  'dop_v1_', // DigitalOcean
  'shpat_', // Shopify
  'eyJ', // JSON Web Token
  'LS0tLS1CRUdJTi', // a PEM block in base64, as in a kubeconfig
] as const

/** A shorter rest is a word: `sk-learn`, `hf_hub`. */
const MIN_REST = 16
const RUN = new RegExp(`[A-Za-z0-9_.~+/=-]{${MIN_REST},}`, 'g')
const PREFIX = new RegExp(
  `(?:^|[^A-Za-z])(?:${PREFIXES.map((prefix) => prefix.replaceAll('.', '\\.')).join('|')})(?=[A-Za-z0-9_.~+/=-]{${MIN_REST}})`,
)

/** Ends of names whose value is a credential: `OPENAI_API_KEY`, `dbPassword`, `client-key-data`. */
const NAMES =
  'api[_-]?keys?|(?:access|account|encryption|private|secret|shared|signing)[_-]?keys?(?:[_-]?(?:id|base|data))?|' +
  'client[_-]?key[_-]?data|secrets?|tokens?|passw(?:or)?ds?|passwd|pwd|passphrase|(?<![a-z])pass|\\b_auth|credentials?'
const NAME_END = new RegExp(`(?:${NAMES}|(?<![a-z])_?auth|authorization|cookies?)$`, 'i')

/** Between a name and its value, in the syntax of JSON, YAML, shells, Python, PHP, Go, Markdown and others. */
const SEPARATOR = '[\\\\"\'`\\])*]{0,8}[ \\t]{0,16}(?:=>|:=|==|[:=|])[*]{0,2}[ \\t]{0,16}'

/** Each finds the text to keep, then the text to mask. */
const RULES: readonly RegExp[] = [
  // name = "value", with escapes in the value
  new RegExp(`((?:${NAMES})${SEPARATOR}")((?:\\\\[^\\n]|[^"\\\\\\n])*)`, 'gi'),
  new RegExp(`((?:${NAMES})${SEPARATOR}['\`])([^'\`\\n]*)`, 'gi'),
  // \"name\": \"value\", a piece of JSON inside a string
  new RegExp(`((?:${NAMES})${SEPARATOR}(?:\\\\{1,7})["'])((?:(?!\\\\{1,7}["'])[^\\n])*)`, 'gi'),
  // name=value
  new RegExp(`((?:${NAMES})${SEPARATOR})([^\\s"'\`<>;&\\\\]{4,})`, 'gi'),
  // name: >- before a value on the next line, in YAML
  new RegExp(`((?:${NAMES}): [>|][-+]?\\n[ \\t]{1,40})(\\S+)`, 'gi'),
  // name%3Dvalue, in a URL
  new RegExp(`((?:${NAMES})(?:%22|%27)?%3[ad](?:%22|%27|%20){0,4})([^\\s"'&%]+)`, 'gi'),
  // --name value, and `password value` of a .netrc: a word is no value
  new RegExp(`((?:${NAMES})(?<=--[\\w-]{0,60})[ =]["']?)([^\\s"'-][^\\s"']*)`, 'gi'),
  /(\bpassword[ \t]{1,8})((?=[^\s"']{0,100}\d)[^\s"']{4,})/gi,
  // <name>value<
  new RegExp(`((?:${NAMES})(?<=<[\\w:.-]{0,60})>)([^<\\n]+)`, 'gi'),
  // key="name" value="value", and `- name: NAME` before `value: VALUE`
  new RegExp(
    `((?:${NAMES})(?<=(?:key|name)["']?\\s{0,8}[=:]\\s{0,8}["']?[\\w.-]{0,60})["']?[\\s,]{1,40}["']?value["']?\\s{0,8}[=:]\\s{0,8}["']?)([^\\s"'>]+)`,
    'gi',
  ),
  /(authorization[\\"']{0,8}[ \t]{0,8}[:=][ \t]{0,8}[\\"']{0,8}(?:[A-Za-z-]{1,20}[ \t]{1,4})?)([^\s"'\\,;]{4,})/gi,
  /(\b(?:Bearer|Basic|Token) {1,4})((?=[A-Za-z.~-]{0,200}[0-9+/=_])[A-Za-z0-9_.~+/=-]{6,})/g,
  /(\bcookie[\\"']{0,8}[ \t]{0,8}[:=][ \t]{0,8}[\\"']{0,8})([^\n"'\\]+)/gi,
  // scheme://user:password@host
  /(:\/\/[^\s"'\\/@:]{0,100}:)([^\s"'\\/]{1,200})(?=@)/g,
  // curl -u user:password
  /((?:-u|--user)[ =]["']?[^\s:"']{1,100}:)([^\s"']+)/g,
]

const PEM_BEGIN = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const PEM_END = '-----END'

/** @returns true for a name whose value is a credential */
export function isSecretName(name: string): boolean {
  // The end of the name decides: a huge one is not searched.
  return NAME_END.test(name.slice(-64))
}

/** @returns the credentials in a text, in any order; they may overlap */
export function* credentialsIn(text: string): Generator<Range, void> {
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const found = PREFIX.exec(run)
    if (found !== null) yield { start: index + found.index + found[0].length, end: index + run.length }
  }
  for (const rule of RULES) {
    for (const { 1: kept = '', 2: secret = '', index } of text.matchAll(rule)) {
      const start = index + kept.length
      yield { start, end: start + secret.length }
    }
  }
  yield* privateKeysIn(text)
}

/** Key blocks in PEM (RFC 7468), whatever stands between their lines: numbers, quotes, headers. */
function* privateKeysIn(text: string): Generator<Range, void> {
  let searchedTo = 0
  for (const { 0: begin, index } of text.matchAll(PEM_BEGIN)) {
    if (index < searchedTo) continue
    const start = index + begin.length
    const end = text.indexOf(PEM_END, start)
    searchedTo = end === -1 ? text.length : end
    yield { start, end: searchedTo }
  }
}
