/** Text as a sequence of atoms: words, runs of blanks, single other characters. Dictionary entries begin and end between them. */

export interface Atoms {
  readonly text: string
  readonly count: number
  /** Where each atom starts, and at `count` the text's length. */
  readonly starts: Int32Array
  /**
   * An atom's number is the index of the first one equal to it. Empty lines have numbers of their own, as nothing may
   * reach across them; so have atoms past some collisions.
   */
  readonly ids: Int32Array
}

export const WORD = 0
export const BLANKS = 1
export const SYMBOL = 2
export const LINE_END = 3

/** Text made to collide must not make the look-up slow: an atom that is not found after so many is taken for a new one. */
const MAX_PROBES = 16

export function atomsOf(text: string): Atoms {
  const starts = new Int32Array(text.length + 1)
  let count = 0
  for (let at = 0; at < text.length; at = atomEnd(text, at)) starts[count++] = at
  starts[count] = text.length
  return { text, count, starts, ids: idsOf(text, starts, count) }
}

/** The kind of atom that begins with this UTF-16 unit. */
export function kindOf(unit: number): number {
  if (unit === 0x20) return BLANKS
  if (unit === 0x0a) return LINE_END
  return isWordUnit(unit) ? WORD : SYMBOL
}

function atomEnd(text: string, start: number): number {
  const kind = kindOf(text.charCodeAt(start))
  let at = start + 1
  if (kind === WORD) while (at < text.length && isWordUnit(text.charCodeAt(at))) at++
  if (kind === BLANKS) while (at < text.length && text.charCodeAt(at) === 0x20) at++
  return at
}

/** ASCII letters, digits and `_`; of the rest, what is mostly letters, and surrogates, which must stay together. */
function isWordUnit(unit: number): boolean {
  if (unit < 0x80) {
    const lower = unit | 0x20
    return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
  }
  return unit >= 0xc0 && (unit < 0x2000 || unit >= 0x2c00)
}

function idsOf(text: string, starts: Int32Array, count: number): Int32Array {
  const ids = new Int32Array(count)
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1
  /** The index + 1 of the first atom of its kind; 0 is free. */
  const slots = new Int32Array(mask + 1)
  for (let index = 0; index < count; index++) {
    const start = starts[index] as number
    const end = starts[index + 1] as number
    let slot = hashOf(text, start, end) & mask
    let first = index
    for (let probe = firstProbe(text, start); probe < MAX_PROBES; probe++, slot = (slot + 1) & mask) {
      const known = (slots[slot] as number) - 1
      if (known < 0) {
        slots[slot] = index + 1
        break
      }
      if (!isSame(text, starts, known, index)) continue
      first = known
      break
    }
    ids[index] = first
  }
  return ids
}

/** Empty lines are not looked for among the atoms so far. */
function firstProbe(text: string, start: number): number {
  return text.startsWith('\n\n', start - 1) ? MAX_PROBES : 0
}

/** FNV-1a over UTF-16 units, with a final mix. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c_9dc5
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  return hash ^ (hash >>> 13)
}

function isSame(text: string, starts: Int32Array, a: number, b: number): boolean {
  const startA = starts[a] as number
  const startB = starts[b] as number
  const length = (starts[a + 1] as number) - startA
  if (length !== (starts[b + 1] as number) - startB) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(startA + i) !== text.charCodeAt(startB + i)) return false
  return true
}
