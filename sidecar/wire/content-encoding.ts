/** Decodes `content-encoding` (RFC 9110, 8.4), bounded in size at every step. */

import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', inflateEither],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
])

/** More encodings on top of each other are nobody's habit: each one is work that the sender does not have. */
const MAX_STACKED = 3

/**
 * @param encoding a list in the order in which the encodings were applied
 * @param maxBytes of the content, and of what lies between two encodings
 * @returns the same bytes without an encoding; undefined for unknown encodings, broken bytes and bombs
 */
export async function decode(
  bytes: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (isIdentity(encoding)) return bytes
  const decoders = decodersOf(encoding)
  if (decoders === undefined) return undefined
  try {
    let decoded = bytes
    for (const decoder of decoders) decoded = await decoder(decoded, { maxOutputLength: maxBytes })
    return decoded
  } catch {
    return undefined
  }
}

export function isIdentity(encoding: string | undefined): boolean {
  return encoding === undefined || /^[\s,]*(?:identity)?[\s,]*$/i.test(encoding)
}

/** In the order in which they are taken off: the last one applied comes first. */
function decodersOf(encoding = ''): readonly Decoder[] | undefined {
  const names = encoding
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  const decoders = names.map((name) => DECODERS.get(name)).filter((decoder) => decoder !== undefined)
  return decoders.length < names.length || names.length > MAX_STACKED ? undefined : decoders.reverse()
}

const inflateZlib = promisify(inflate) as Decoder
const inflateBare = promisify(inflateRaw) as Decoder

/** `deflate` means the zlib format, and many senders leave its header out (RFC 9110, 8.4.1.2). */
async function inflateEither(bytes: Uint8Array, options: { maxOutputLength: number }): Promise<Buffer> {
  if (!hasZlibHeader(bytes)) return inflateBare(bytes, options)
  try {
    return await inflateZlib(bytes, options)
  } catch (error) {
    // A bomb is no reason to inflate it once more.
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw error
    return inflateBare(bytes, options)
  }
}

/** RFC 1950, 2.2: the method, and a multiple of 31. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [method = 0, flags = 0] = bytes
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0
}
