/**
 * Whose keys a request carries, told from its headers and its query (docs/spec/routing.md, Credentials before paths).
 *
 * Beginnings of keys are as their makers' references show them, and as gitleaks and trufflehog know them. A beginning
 * that several makers use, such as `sk-`, is nobody's.
 */

import type { MakerName } from './makers.ts'
import type { RequestHeaders } from './request-path.ts'

export interface Sign {
  readonly maker: MakerName
  /** Why, for messages and logs: `x-api-key`, `Bearer sk-ant-`. Never a part of the key that is secret. */
  readonly reason: string
  /**
   * form: the key itself shows its maker; header: the place of the key does; hint: only a companion of a key, which
   * counts where no key shows more; signature: no key is sent, so it counts only where the policy names its maker.
   */
  readonly kind: 'form' | 'header' | 'hint' | 'signature'
}

/** The beginning of a key, and its maker. */
const FORMS: readonly (readonly [begin: string, maker: MakerName])[] = [
  ['sk-ant-', 'anthropic'],
  ['sk-proj-', 'openai'],
  ['sk-svcacct-', 'openai'],
  ['sk-admin-', 'openai'],
  ['sk-or-', 'openrouter'],
  // API keys, authentication keys (since 2026), OAuth.
  ['AIza', 'google'],
  ['AQ.', 'google'],
  ['ya29.', 'google'],
  // Long-lived and short-lived keys of Bedrock.
  ['ABSK', 'bedrock'],
  ['bedrock-api-key-', 'bedrock'],
  ['gsk_', 'groq'],
  ['xai-', 'xai'],
  ['pplx-', 'perplexity'],
  ['dapi', 'databricks'],
  ['hf_', 'huggingface'],
  ['nvapi-', 'nvidia'],
  ['csk-', 'cerebras'],
  ['fw_', 'fireworks'],
  ['tgp_v1_', 'together'],
  ['github_pat_', 'github'],
  ['ghp_', 'github'],
  ['gho_', 'github'],
  ['ghu_', 'github'],
  ['ghs_', 'github'],
  ['ghr_', 'github'],
]

/** OpenAI's keys of the first kind have this in their middle: `OpenAI` in base64. */
const OPENAI_MIDDLE = /^sk-[A-Za-z0-9_-]{8,128}T3BlbkFJ/

/** Makers none of whose keys begins with a bare `sk-`. Azure's have no beginning. */
const NOT_OF_SK: ReadonlySet<MakerName> = new Set([
  ...FORMS.map(([, maker]) => maker).filter((maker) => maker !== 'openai'),
  'azure',
])

/** Headers that belong to one API. */
const HEADERS: ReadonlyMap<string, Omit<Sign, 'reason'>> = new Map([
  ['x-api-key', { maker: 'anthropic', kind: 'header' }],
  ['api-key', { maker: 'azure', kind: 'header' }],
  ['ocp-apim-subscription-key', { maker: 'azure', kind: 'header' }],
  ['x-goog-api-key', { maker: 'google', kind: 'header' }],
  ['x-amz-security-token', { maker: 'bedrock', kind: 'signature' }],
  ['openai-organization', { maker: 'openai', kind: 'hint' }],
  ['openai-project', { maker: 'openai', kind: 'hint' }],
  ['chatgpt-account-id', { maker: 'openai', kind: 'hint' }],
])

/** Parameters of a query that belong to one API. */
const PARAMETERS: ReadonlyMap<string, Omit<Sign, 'reason'>> = new Map([
  ['key', { maker: 'google', kind: 'header' }],
  ['subscription-key', { maker: 'azure', kind: 'header' }],
  ['x-amz-credential', { maker: 'bedrock', kind: 'signature' }],
  ['x-goog-credential', { maker: 'google', kind: 'signature' }],
])

const BEGIN = new RegExp(`^(?:${begins(() => true)})`, 'i')
const MAKER_OF_BEGIN = new Map(FORMS.map(([begin, maker]) => [begin.toLowerCase(), maker]))

/** Beginnings that other words have as well (`xai-sdk-python/1.0`): among text they count only before a long key. */
const ALSO_WORDS: ReadonlySet<string> = new Set(['AQ.', 'xai-', 'hf_', 'csk-', 'fw_', 'dapi'])

/** A key among other text: a cookie, JSON, an address. */
const AMONG_TEXT = new RegExp(
  `(?<![\\w.-])(?:(${begins((begin) => !ALSO_WORDS.has(begin))})[\\w-]{4}|` +
    `(${begins((begin) => ALSO_WORDS.has(begin))})[\\w-]{20}|sk-[\\w-]{8,128}T3BlbkFJ)`,
  'gi',
)

/** Names of headers whose value may be a key, whatever API reads them. */
const MAY_HOLD_KEY = /auth|key|token|secret/

/** @param query with its `?`, or empty */
export function signsOf(headers: RequestHeaders, query: string): readonly Sign[] {
  const signs: Sign[] = []
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) addHeader(name, value, signs)
  }
  if (query.length > 1) addParameters(query, signs)
  return signs
}

/** Is the key one of the many that begin with `sk-` and show no maker: OpenAI's older ones, DeepSeek's, a gateway's? */
export function isBareSk({ authorization }: RequestHeaders, signs: readonly Sign[]): boolean {
  return /^\s*(?:bearer\s+)?sk-/i.test(String(authorization ?? '')) && !signs.some(({ kind }) => kind === 'form')
}

export function mayIssueSk(maker: MakerName | undefined): boolean {
  return maker === undefined || !NOT_OF_SK.has(maker)
}

function addHeader(name: string, value: string | readonly string[], signs: Sign[]): void {
  // They end here: no provider receives them.
  if (name === 'proxy-authorization' || name.startsWith('x-m2m-')) return
  const text = withBasic(String(value))
  const isForm = MAY_HOLD_KEY.test(name) && addForms(name, text, signs)
  const isAmong = addAmong(name, decoded(text), signs)
  const own = HEADERS.get(name) ?? ownerOfName(name)
  if (own !== undefined && !isForm && !isAmong) add({ ...own, reason: name }, signs)
}

/**
 * @param value several lines of a header, or several keys in one, stand behind commas
 * @returns whether it holds a key
 */
function addForms(name: string, value: string, signs: Sign[]): boolean {
  let isFound = false
  for (const key of value.split(',')) {
    const form = signOfKey(name === 'authorization' ? '' : name, key)
    if (form === undefined) continue
    add(form, signs)
    isFound = true
  }
  return isFound
}

/** Adds keys that stand anywhere in a text. @returns whether it holds one */
function addAmong(place: string, text: string, signs: Sign[]): boolean {
  let isFound = false
  for (const [, sure, long] of text.matchAll(AMONG_TEXT)) {
    const begin = sure ?? long ?? 'sk-'
    const maker = MAKER_OF_BEGIN.get(begin.toLowerCase()) ?? 'openai'
    add({ maker, reason: `${place} ${begin}`, kind: 'form' }, signs)
    isFound = true
  }
  return isFound
}

/** The first sign of a kind says enough, however many keys a request has. */
function add(sign: Sign, signs: Sign[]): void {
  const isKnown = signs.some(({ maker, kind }) => maker === sign.maker && kind === sign.kind)
  if (!isKnown) signs.push(sign)
}

/** With what `Basic` hides in base64: a user and a password (RFC 7617). */
function withBasic(text: string): string {
  const pair = /(?:^|,)\s*basic\s+([\w+/-]+)/i.exec(text)?.[1]
  return pair === undefined ? text : `${text},${Buffer.from(pair, 'base64').toString('latin1').replace(':', ',')}`
}

function ownerOfName(name: string): Omit<Sign, 'reason'> | undefined {
  if (name.startsWith('anthropic-')) return { maker: 'anthropic', kind: 'hint' }
  return name.startsWith('x-goog-') ? { maker: 'google', kind: 'hint' } : undefined
}

/** @param place a header, or the query; empty for `authorization`, whose scheme names it well enough */
function signOfKey(place: string, value: string): Sign | undefined {
  const scheme = /^\s*([a-z][a-z0-9-]{0,31})\s+/i.exec(value)
  const said = place === '' ? (scheme?.[1] ?? '') : place
  if (/^AWS4-/i.test(value)) return { maker: 'bedrock', reason: 'AWS4-HMAC-SHA256', kind: 'signature' }
  const key = value.slice(scheme?.[0].length ?? 0).trimStart()
  const begin = BEGIN.exec(key)?.[0]
  const maker = begin === undefined ? undefined : MAKER_OF_BEGIN.get(begin.toLowerCase())
  if (maker !== undefined) return { maker, reason: `${said} ${begin}`.trim(), kind: 'form' }
  return OPENAI_MIDDLE.test(key) ? { maker: 'openai', reason: `${said} sk-`.trim(), kind: 'form' } : undefined
}

function addParameters(query: string, signs: Sign[]): void {
  for (const parameter of query.slice(1).split('&')) {
    const equals = parameter.indexOf('=')
    if (equals === -1) continue
    const name = decoded(parameter.slice(0, equals)).toLowerCase()
    const form = signOfKey('?', decoded(parameter.slice(equals + 1)))
    const own = PARAMETERS.get(name)
    if (form !== undefined) add(form, signs)
    else if (own !== undefined) add({ ...own, reason: `?${name}=` }, signs)
  }
  addAmong('?', decoded(query).replaceAll('+', ' '), signs)
}

/** Keys are ASCII: any other escape, right or wrong, stands for a character between them. */
function decoded(text: string): string {
  if (!text.includes('%')) return text
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function begins(isWanted: (begin: string) => boolean): string {
  const wanted = FORMS.map(([begin]) => begin).filter(isWanted)
  return wanted.map((begin) => begin.replace('.', '\\.')).join('|')
}
