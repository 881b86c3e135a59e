/** Passes headers on in their own case, order and number (docs/spec/wire.md, Headers). */

/** Meant for one connection, not for the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

/** Written anew for the upstream connection, or describing the network behind us. */
const REQUEST_ONLY: ReadonlySet<string> = new Set(['host', 'content-length', 'expect', 'forwarded'])

export interface RequestHeaderChanges {
  /** Length of a streamed body, when the client gave it; undici adds that of bytes in memory. */
  readonly contentLength: string | undefined
  /** The body is sent decoded. */
  readonly isDecoded: boolean
  /** Events can only be read, and passed on whole, when they are not compressed. */
  readonly askIdentity: boolean
  readonly traceparent: string | undefined
  /** Of `host`, `forwarded`, `x-forwarded-*` and `x-m2m-*`, the lower-case names that the client signed: they pass. */
  readonly covered: ReadonlySet<string>
  /** A key of ours, and the lower-case names of the headers that it replaces; undefined: the caller's key passes. */
  readonly key: { readonly name: string; readonly value: string; readonly replaces: ReadonlySet<string> } | undefined
}

/** @param raw names and values in turn, as `IncomingMessage.rawHeaders` */
export function upstreamHeaders(raw: readonly string[], changes: RequestHeaderChanges): string[] {
  const dropped = replacedHeaders(changes)
  const named = connectionOptions(raw, String)
  const headers: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? ''
    const lower = name.toLowerCase()
    if (endsHere(lower, changes.covered) || dropped.includes(lower) || named?.has(lower)) continue
    if (changes.key?.replaces.has(lower)) continue
    headers.push(name, raw[index + 1] ?? '')
  }
  if (changes.key !== undefined) headers.push(changes.key.name, changes.key.value)
  if (changes.contentLength !== undefined) headers.push('content-length', changes.contentLength)
  if (changes.askIdentity) headers.push('accept-encoding', 'identity')
  if (changes.traceparent !== undefined) headers.push('traceparent', changes.traceparent)
  return headers
}

export interface ReplyHeaderChanges {
  /** Names and values of ours, in turn. */
  readonly added: readonly string[]
  /** As many bytes are sent as were received. */
  readonly isLengthKept: boolean
  /** Replaces the value of `location`; undefined: it passes. */
  readonly relocate: ((location: string) => string) | undefined
}

/** @param raw names and values in turn, as undici's `controller.rawHeaders` */
export function replyHeaders(raw: readonly Buffer[], { added, isLengthKept, relocate }: ReplyHeaderChanges): string[] {
  const named = connectionOptions(raw, latin1)
  const headers: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    const name = latin1(raw[index])
    const lower = name.toLowerCase()
    if (HOP_BY_HOP.has(lower) || lower.startsWith('x-m2m-') || named?.has(lower)) continue
    if (lower === 'content-length' && !isLengthKept) continue
    const value = latin1(raw[index + 1])
    headers.push(name, relocate !== undefined && lower === 'location' ? relocate(value) : value)
  }
  headers.push(...added)
  return headers
}

/** The first value of a header among raw ones. */
export function rawHeader(raw: readonly Buffer[], name: string): string | undefined {
  for (let index = 0; index < raw.length; index += 2) {
    if (raw[index]?.length === name.length && latin1(raw[index]).toLowerCase() === name) return latin1(raw[index + 1])
  }
  return undefined
}

/** All values of a header among raw ones, as one list (RFC 9110, 5.3). */
export function rawHeaderList(raw: readonly Buffer[], name: string): string | undefined {
  let list: string | undefined
  for (let index = 0; index < raw.length; index += 2) {
    if (raw[index]?.length !== name.length || latin1(raw[index]).toLowerCase() !== name) continue
    const value = latin1(raw[index + 1])
    list = list === undefined ? value : `${list}, ${value}`
  }
  return list
}

function replacedHeaders(changes: RequestHeaderChanges): string[] {
  const names: string[] = []
  if (changes.isDecoded) names.push('content-encoding')
  if (changes.askIdentity) names.push('accept-encoding')
  if (changes.traceparent !== undefined) names.push('traceparent')
  return names
}

function endsHere(lower: string, covered: ReadonlySet<string>): boolean {
  // The token is a secret between the caller and us, whatever the caller has signed.
  if (HOP_BY_HOP.has(lower) || lower === 'x-m2m-token') return true
  const isOurs = REQUEST_ONLY.has(lower) || lower.startsWith('x-m2m-') || lower.startsWith('x-forwarded-')
  return isOurs && !covered.has(lower)
}

/** The headers that `Connection` names; undefined when it names none that could be dropped. */
function connectionOptions<T extends { readonly length: number }>(
  raw: readonly T[],
  text: (value: T) => string,
): Set<string> | undefined {
  let options: Set<string> | undefined
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]
    const value = raw[index + 1]
    if (name?.length !== 10 || value === undefined || text(name).toLowerCase() !== 'connection') continue
    options ??= new Set()
    for (const option of text(value).split(',')) options.add(option.trim().toLowerCase())
  }
  return options
}

/** @returns undefined, which gives the standard phrase, when Node would refuse this one */
export function reasonPhrase(statusMessage: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(statusMessage) ? statusMessage : undefined
}

function latin1(bytes: Buffer | undefined): string {
  return bytes === undefined ? '' : bytes.toString('latin1')
}
