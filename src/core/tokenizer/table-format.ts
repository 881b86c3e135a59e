/**
 * The envelope of a table file: four little-endian words (magic, version, table number, CRC-32 of the rest), then the
 * words and bytes of the table. It is written at build time and used in place: loading takes a checksum and some views.
 */

import { crc32 } from 'node:zlib'
import { M2MError } from '../errors.ts'

/** All tables that the build writes to dist. */
export const TABLE_NAMES = ['o200k_base', 'cl100k_base', 'unicode-classes'] as const

export type TableName = (typeof TABLE_NAMES)[number]

/** "M2MT" in little-endian byte order; a big-endian machine reads another number and refuses the file. */
const MAGIC = 0x544d_324d
const VERSION = 1
const HEADER_BYTES = 16

/** Puts `payload` into the envelope of table `name`. */
export function sealTable(name: TableName, payload: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(HEADER_BYTES + payload.length)
  new Uint32Array(sealed.buffer, 0, 4).set([MAGIC, VERSION, TABLE_NAMES.indexOf(name), crc32(payload)])
  sealed.set(payload, HEADER_BYTES)
  return sealed
}

/**
 * Checks the envelope and returns its payload, aligned to four bytes: a view, or a copy when `bytes` is not aligned.
 * @throws M2MError TABLES_MISSING
 */
export function openTable(name: TableName, bytes: Uint8Array): Uint8Array<ArrayBufferLike> {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  if (aligned.length < HEADER_BYTES) throw unusable(name, 'it is too short')
  const [magic, version, table, checksum] = new Uint32Array(aligned.buffer, aligned.byteOffset, 4)
  if (magic !== MAGIC) throw unusable(name, 'it is not a table of M2M')
  if (version !== VERSION) throw unusable(name, `it is of version ${version}, this program reads ${VERSION}`)
  if (table !== TABLE_NAMES.indexOf(name)) throw unusable(name, 'it holds another table')
  const payload = aligned.subarray(HEADER_BYTES)
  if (crc32(payload) !== checksum) throw unusable(name, 'its checksum is wrong')
  return payload
}

function unusable(name: TableName, reason: string): M2MError {
  return new M2MError(`the token table ${name} cannot be used: ${reason}; run \`make build\``, {
    code: 'TABLES_MISSING',
  })
}
