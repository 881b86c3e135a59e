/**
 * Chooses the repeated runs that are worth an entry: the best first, each counted again without the places that are
 * already covered.
 */

import { MinHeap } from '../../../min-heap.ts'
import { WALL } from '../atoms.ts'
import { MIN_GAIN } from '../gain.ts'
import { Counter } from './counter.ts'
import { type KindAt, readableLength } from './readable.ts'
import { type Repeat, repeatsOf } from './repeats.ts'
import type { Chosen, Sequence } from './sequence.ts'

/** Above every number of a repeat: a heap's key holds the gain and that number. */
const REPEATS = 2 ** 20

/**
 * At most `most` runs, the best first.
 * @param kindOf the kind of atom behind a number of the sequence
 */
export function chooseRuns(sequence: Sequence, most: number, kindOf: (id: number) => number): readonly Chosen[] {
  const { ids, limit } = sequence
  const { order, repeats } = repeatsOf(ids, limit)
  const counter = new Counter(sequence, order)
  const heap = new MinHeap(repeats.length)
  const kindAt = (at: number) => (at >= 0 && at < ids.length ? kindOf(ids[at] as number) : WALL)
  const lengths = readableLengths(repeats, counter, kindAt)
  for (const [index, repeat] of repeats.entries()) {
    const gain = counter.mostGain(repeat, lengths[index] as number)
    if (gain >= MIN_GAIN) heap.push(keyOf(gain, index))
  }
  const chosen: Chosen[] = []
  while (heap.size > 0 && chosen.length < most && counter.hasWorkLeft) {
    const key = heap.pop()
    const index = ((key % REPEATS) + REPEATS) % REPEATS
    const repeat = repeats[index] as Repeat
    const length = lengths[index] as number
    const gain = counter.gain(repeat, length)
    if (gain < MIN_GAIN) continue
    if (keyOf(gain, index) > key) heap.push(keyOf(gain, index))
    else chosen.push({ start: counter.take(repeat, length, chosen.length + 1), length })
  }
  return chosen
}

/** The readable length of each repeat; 0 where it is no repeat of its own, or can save nothing. */
function readableLengths(repeats: readonly Repeat[], counter: Counter, kindAt: KindAt): Uint8Array {
  const lengths = new Uint8Array(repeats.length)
  for (const [index, repeat] of repeats.entries()) {
    if (counter.mostGain(repeat, repeat.length) < MIN_GAIN) continue
    const readable = readableLength(counter.startOf(repeat), repeat.length, kindAt)
    if (readable > repeat.beyond) lengths[index] = readable
  }
  return lengths
}

/** Smallest key first: the greatest gain, and for equal gains the first repeat. */
function keyOf(gain: number, index: number): number {
  return index - gain * REPEATS
}
