/** Names what is wrong with a reply that is no valid HTTP/1.1 (RFC 9112). A name has no byte of the reply in it. */

const FAULTS: readonly (readonly [(head: Buffer) => boolean, string])[] = [
  [isTls, 'it answers with TLS: its base URL has to begin with https'],
  [isHttp2, 'it answers with HTTP/2, which is spoken over TLS only: its base URL has to name a port of HTTP/1.1'],
  [(head) => !starts(head, /^HTTP\//), 'its reply has no status line, as in HTTP/0.9 or another protocol'],
  [
    (head) => !starts(head, /^HTTP\/1\.[01] /),
    "its reply's status line has a version that is not HTTP/1.0 or HTTP/1.1",
  ],
  [(head) => !starts(head, /^HTTP\/1\.[01] [1-9]\d\d[ \r\n]/), "its reply's status is no number from 100 to 999"],
  [(head) => starts(head, /^HTTP\/1\.[01] 101/), 'it switched protocols (101) although nobody asked for that'],
  [hasBareLineEnd, "its reply's head has a line that does not end in CR LF"],
  [
    (head) => valuesOf(head, 'content-length').length > 0 && valuesOf(head, 'transfer-encoding').length > 0,
    'its reply has both a content-length and a transfer-encoding',
  ],
  [(head) => valuesOf(head, 'content-length').join().includes(','), 'its reply has more than one content-length'],
  [
    (head) => valuesOf(head, 'content-length').some((value) => !/^\d{1,15}$/.test(value)),
    "its reply's content-length is no number of bytes",
  ],
]

/** @param head what came of a reply until it was refused; it may go on after the head, and may end within it */
export function headFault(head: Buffer): string {
  return FAULTS.find(([isFault]) => isFault(head))?.[1] ?? "its reply's head has a header that is not valid"
}

/** @param reason of undici's parser, in a body */
export function bodyFault(reason: string): string {
  if (/chunk size|chunk ext/i.test(reason)) return 'its reply has a chunk with a size that is not valid'
  if (/chunk data/i.test(reason)) return 'its reply has a chunk that is longer than its size'
  return 'its reply is not valid HTTP/1.1 after its head'
}

/** An alert or a handshake (RFC 8446, 5.1). */
function isTls(head: Buffer): boolean {
  return (head[0] === 0x15 || head[0] === 0x16) && head[1] === 3
}

/** A frame of the connection itself, SETTINGS or GOAWAY (RFC 9113, 4.1): the first that a server sends. */
function isHttp2(head: Buffer): boolean {
  return head.length >= 9 && (head[3] === 4 || head[3] === 7) && head.readUInt32BE(5) === 0
}

function starts(head: Buffer, pattern: RegExp): boolean {
  return pattern.test(head.toString('latin1', 0, 16))
}

function hasBareLineEnd(head: Buffer): boolean {
  return /[^\r]\n|\r[^\n]/.test(textOf(head))
}

function valuesOf(head: Buffer, name: string): string[] {
  const values: string[] = []
  for (const line of textOf(head).split('\r\n')) {
    const colon = line.indexOf(':')
    if (line.slice(0, Math.max(colon, 0)).toLowerCase() === name) values.push(line.slice(colon + 1).trim())
  }
  return values
}

/** Up to the empty line. */
function textOf(head: Buffer): string {
  const text = head.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  return end === -1 ? text : text.slice(0, end)
}
