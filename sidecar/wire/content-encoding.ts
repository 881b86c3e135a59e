/** Decodes one `content-encoding`, bounded in size. */

import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib'

type Decoder = (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
  ['zstd', promisify(zstdDecompress)],
])

/** @returns the same bytes without an encoding; undefined for unknown or stacked encodings, broken bytes and bombs */
export async function decode(
  bytes: Uint8Array,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  if (isIdentity(encoding)) return bytes
  try {
    return await DECODERS.get(encoding?.trim().toLowerCase() ?? '')?.(bytes, { maxOutputLength: maxBytes })
  } catch {
    return undefined
  }
}

export function isIdentity(encoding: string | undefined): boolean {
  return encoding === undefined || /^\s*(?:identity)?\s*$/i.test(encoding)
}
