/**
 * Pins as bytes, for a file: a header, then records of 12 bytes each.
 *
 *     low 32 bits of the key | high 14 bits, 2 bits of what it is | up to 4 format numbers, 0 for none | check
 *
 * A switch has the second of its time in place of the low bits, its number in place of the high ones, and the millisecond
 * in place of the formats. All numbers are little-endian; the check is the low half of a CRC-32 over the ten bytes before it. No content, and
 * nothing from which content could be told.
 */

import { MAX_FORMATS } from '../compress/index.ts'
import type { Pin } from './decide.ts'
import type { PinKey } from './pin-table.ts'

export const RECORD_BYTES = 12

/** A microsecond each: of a file that is garbage, no more is searched for records. */
const MAX_DAMAGED_BYTES = 64 * 1024

const MAGIC = 'M2MPINS'
const VERSION = 1

/** The first bytes of a file. */
export const HEADER: Buffer = Buffer.concat([Buffer.from(MAGIC), Buffer.of(VERSION, 0, 0, 0, 0)])

const AS_CAME = 0
const FORMATS = 1
const SWITCH = 2

/** A result as it was sent. */
export interface SentForm {
  readonly key: PinKey
  readonly pin: Exclude<Pin, 'unpinned'>
}

/**
 * unpin: every result that was sent before is sent as it came from then on; policy-unpin: the same, because the policy's
 * switch was turned on; policy-pin: that switch was turned off; policy-unpinned: it was on when the file was begun.
 */
export type SwitchName = (typeof SWITCHES)[number]

export interface Switch {
  readonly name: SwitchName
  /** Unix time in milliseconds. */
  readonly at: number
}

export type PinRecord = SentForm | Switch

const SWITCHES = ['unpin', 'policy-unpin', 'policy-pin', 'policy-unpinned'] as const

export function isSwitch(record: PinRecord): record is Switch {
  return 'at' in record
}

/** Undefined for bytes of another kind or version. */
export function versionOf(file: Uint8Array): 'this' | 'other' | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  return bytes[MAGIC.length] === VERSION ? 'this' : 'other'
}

export function writeRecord(record: PinRecord): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES)
  if (isSwitch(record)) {
    bytes.writeUInt32LE(Math.floor(record.at / 1000), 0)
    bytes.writeUInt16LE(SWITCHES.indexOf(record.name) | (SWITCH << 14), 4)
    bytes.writeUInt16LE(record.at % 1000, 6)
  } else {
    const { key, pin } = record
    bytes.writeUInt32LE(key.low, 0)
    bytes.writeUInt16LE(key.high | ((pin === 'as-came' ? AS_CAME : FORMATS) << 14), 4)
    if (pin !== 'as-came') bytes.set(pin, 6)
  }
  bytes.writeUInt16LE(checkOf(bytes, 0), 10)
  return bytes
}

/**
 * Reads whole records, and skips what is damaged or doubled. Behind 64 KB of damage it reads no more.
 * @returns how many bytes are used, so that a record that is still being written is read the next time; and how many of
 *   them were no record
 */
export function readRecords(
  bytes: Buffer,
  take: (record: PinRecord) => void,
): { readonly used: number; readonly damaged: number } {
  let at = 0
  let damaged = 0
  while (at + RECORD_BYTES <= bytes.length) {
    const record = recordAt(bytes, at)
    if (record !== undefined) take(record)
    const isWhole = record !== undefined || HEADER.equals(bytes.subarray(at, at + RECORD_BYTES))
    if (!isWhole) damaged++
    at += isWhole ? RECORD_BYTES : 1
    if (damaged === MAX_DAMAGED_BYTES) return { used: bytes.length, damaged: damaged + bytes.length - at }
  }
  return { used: at, damaged }
}

function recordAt(bytes: Buffer, at: number): PinRecord | undefined {
  if (bytes.readUInt16LE(at + 10) !== checkOf(bytes, at)) return undefined
  const mixed = bytes.readUInt16LE(at + 4)
  const key = { low: bytes.readUInt32LE(at), high: mixed & 0x3fff }
  switch (mixed >>> 14) {
    case AS_CAME:
      return { key, pin: 'as-came' }
    case FORMATS:
      return formOf(bytes, { key, at: at + 6 })
    case SWITCH:
      return switchOf(SWITCHES[key.high], key.low * 1000 + bytes.readUInt16LE(at + 6))
    default:
      return undefined
  }
}

function formOf(bytes: Buffer, { key, at }: { key: PinKey; at: number }): SentForm | undefined {
  const numbers: number[] = []
  for (let nth = 0; nth < MAX_FORMATS; nth++) {
    const number = bytes[at + nth] as number
    if (number !== 0) numbers.push(number)
  }
  return numbers.length === 0 ? undefined : { key, pin: numbers }
}

function switchOf(name: SwitchName | undefined, at: number): Switch | undefined {
  return name === undefined ? undefined : { name, at }
}

// CRC-32 (ISO 3309) a byte at a time: a call of zlib's costs more than ten bytes do, and a volume holds millions of records.
const CRC_STEPS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  return crc
})

function checkOf(bytes: Buffer, start: number): number {
  let crc = -1
  for (let at = start; at < start + 10; at++) {
    crc = (crc >>> 8) ^ (CRC_STEPS[(crc ^ (bytes[at] as number)) & 0xff] as number)
  }
  return ~crc & 0xffff
}
