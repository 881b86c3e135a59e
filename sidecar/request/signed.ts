/**
 * Tells by its form whether a request is signed, or carries a digest of its body (provider-contracts PC-40, PC-41;
 * docs/spec/signed-requests.md). Such a request passes with the bytes that the client signed.
 */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Schemes that carry a key and cover nothing of the request. */
const KEY_SCHEME = /^(?:bearer|basic)(?:\s|$)/i
/** A key without a scheme: one word (RFC 9110, 11.2, token68). `bce-auth-v1/...` has colons. */
const BARE_KEY = /^[\w.~+/-]*=*$/

const ALGORITHM = String.raw`(?:md5|sha-?\d{1,3}|sha3-?\d{3}|blake\w{1,4}|crc\w{2,8})`

/** A name that ends in a signature; a word such as `256`, `v2`, `ed25519` or `input` may follow. */
const SIGNATURE = /(?:signature|(?:^|-)sign?)(?:-(?:input|\w*\d\w*)|\d+)?$/
const HMAC = /(?:^|-)hmac/
const DIGEST = /digest(?:-\w*\d\w*)?$/
/** A name that ends in a hash of what is sent. */
const HASH = new RegExp(`(?:^|-)(?:content|body|payload|request|message|checksum)-?(?:hash|checksum|mac|${ALGORITHM})$`)
/** A name that is a hash and nothing else. */
const ALONE = new RegExp(`^(?:x-)?(?:checksum|${ALGORITHM})$`)
/** A wish for the reply covers nothing of the request (RFC 9530, 4; RFC 9421, 5.1). */
const WISH = /^(?:want|accept)-/
/** Every name of the patterns above has one of these: few headers of a call do. */
const HINT = /sig|digest|mac|hash|checksum|md5|sha|blake|crc/

/** The only headers of a request that we would drop or replace and that a signature may name. */
const OURS = /^(?:host$|forwarded$|x-forwarded-|x-m2m-)/

const NONE: ReadonlySet<string> = new Set()
const NO_NAMES: readonly string[] = []

type Request = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'url'>

/** signature: of the body, the path, the query and some headers; digest: of the body alone. */
export type Seal = 'signature' | 'digest'

/** @returns undefined for a request that may be rewritten */
export function sealOf({ headers, rawHeaders, url = '' }: Request): Seal | undefined {
  if (!isAuthorizedByKey(rawHeaders)) return 'signature'
  const ofHeaders = sealAmong(Object.keys(headers), undefined)
  return sealAmong(queryNames(url), sealAmong(trailerNames(headers), ofHeaders))
}

/** @param earlier what was found before: a digest gives way to a signature */
function sealAmong(names: readonly string[], earlier: Seal | undefined): Seal | undefined {
  let seal = earlier
  for (const name of names) {
    if (seal === 'signature') return seal
    seal = sealNamed(name) ?? seal
  }
  return seal
}

/**
 * The headers that the client's signature names, of those that do not pass otherwise: `host`, `forwarded`,
 * `x-forwarded-*`, `x-m2m-*`. Every scheme lists the names that it covers in a header or parameter of its own
 * (`SignedHeaders=`, `headers="..."`, `("@authority" ...)`), so whole words of those are looked for.
 *
 * @param host the value of `host` for the provider: one that is signed so is written anyway
 * @returns lower-case names
 */
export function coveredHeaders(
  { headers, url = '' }: Pick<Request, 'headers' | 'url'>,
  host: string,
): ReadonlySet<string> {
  const names = Object.keys(headers).filter((name) => OURS.test(name) && !(name === 'host' && headers.host === host))
  if (names.length === 0) return NONE
  const query = url.includes('?') ? url.slice(url.indexOf('?')).replaceAll(/%[0-9a-f]{2}/gi, ' ') : ''
  const text = `${signingHeaders(headers)} ${query}`.toLowerCase()
  return new Set(
    names.filter((name) => hasWord(text, name) || (name === 'host' && /"@(?:authority|target-uri)"/.test(text))),
  )
}

/** Every line counts: all of them reach the provider, and `headers` has the first one only. */
function isAuthorizedByKey(rawHeaders: readonly string[]): boolean {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length !== 13 || name.toLowerCase() !== 'authorization') continue
    const value = rawHeaders[index + 1] ?? ''
    if (!KEY_SCHEME.test(value) && !BARE_KEY.test(value)) return false
  }
  return true
}

/** A digest may follow the body (RFC 9530, 2; `x-amz-trailer`). */
function trailerNames(headers: IncomingHttpHeaders): readonly string[] {
  const { trailer, 'x-amz-trailer': ofAws } = headers
  if (trailer === undefined && ofAws === undefined) return NO_NAMES
  return `${trailer ?? ''},${String(ofAws ?? '')}`.toLowerCase().split(/[\s,]+/)
}

/** @param name in lower case */
function sealNamed(name: string): Seal | undefined {
  if (!HINT.test(name) || WISH.test(name)) return undefined
  if (SIGNATURE.test(name) || HMAC.test(name)) return 'signature'
  return DIGEST.test(name) || HASH.test(name) || ALONE.test(name) ? 'digest' : undefined
}

/** Presigned URLs: `X-Amz-Signature`, `X-Goog-Signature`, `sig`. */
function queryNames(url: string): readonly string[] {
  const start = url.indexOf('?')
  if (start === -1) return NO_NAMES
  return url
    .slice(start + 1)
    .split('&')
    .map((parameter) => plain(parameter.split('=', 1)[0] ?? '').toLowerCase())
}

/** Letters, digits and hyphens need no escape, and may have one. */
function plain(name: string): string {
  if (!name.includes('%')) return name
  return name.replaceAll(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The values of all headers that may say what a signature covers. */
function signingHeaders(headers: IncomingHttpHeaders): string {
  const values = Object.entries(headers).map(([name, value]) => (/^authorization$|sign|hmac/.test(name) ? value : ''))
  return values.join(' ')
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isNameCharacter(text[at - 1]) && !isNameCharacter(text[at + word.length])) return true
  }
  return false
}

function isNameCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\w-]/.test(character)
}
