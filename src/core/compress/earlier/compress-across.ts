/** What its own techniques made of a block, said by what earlier blocks of the request say already. */

import type { TokenCounter } from '../../tokenizer/index.ts'
import { type BlockResult, isRecognised } from '../block/compress-block.ts'
import { isSmaller, passesGate, sizeOf } from '../block/gate.ts'
import type { Step } from '../profiles.ts'
import type { AcrossTechnique } from '../technique.ts'
import type { EarlierBlocks } from './earlier-blocks.ts'

/**
 * A reference sends its reader elsewhere, and cuts the run that a later reference can name: measured on coding agents,
 * runs that save fewer tokens cost more than they bring.
 */
const MIN_SAVED_PER_RUN = 16

export interface Across {
  readonly technique: AcrossTechnique
  readonly earlier: EarlierBlocks
  /** Those that `alone` comes from. */
  readonly steps: readonly Step[]
  readonly counter: TokenCounter
}

/**
 * @param alone what came of `text` without the earlier blocks
 * @returns `alone` when they have nothing to add. Never throws.
 */
export function compressAcross(text: string, alone: BlockResult, across: Across): BlockResult {
  if (alone.status === 'kept' || alone.status === 'failopen') return alone
  try {
    if (across.technique.recognises(text)) return { status: 'kept' }
    return refer(text, alone, across)
  } catch {
    return { status: 'failopen' }
  }
}

type Changed = Extract<BlockResult, { status: 'changed' }>

/** Does every line mean what it says, whatever stands around it? A reference does: it is read by itself. */
export function isPlain({ text, applied }: Changed, steps: readonly Step[]): boolean {
  const own = steps.flat().filter((technique) => applied.some((used) => used.technique === technique))
  return !own.some((technique) => technique.recognises(text))
}

/** What its own techniques made of the block, and the block as it came, both by reference: the smallest is used. */
function refer(text: string, alone: BlockResult, across: Across): BlockResult {
  const original = sizeOf(text, across.counter)
  const asItCame: Changed = { status: 'changed', text, tokens: original[0], applied: [] }
  const bases = alone.status === 'changed' ? [alone, asItCame] : [asItCame]
  const candidates = bases.map((base) => after(base, across)).filter((candidate) => candidate !== undefined)
  const before = alone.status === 'changed' ? sizeOf(alone.text, across.counter) : original
  const best = candidates
    .map((candidate) => ({ candidate, size: sizeOf(candidate.text, across.counter) }))
    .filter(({ size }) => isSmaller(size, before) && passesGate(size, original))
    .sort((a, b) => a.size[0] - b.size[0])[0]
  if (best !== undefined) return best.candidate
  return candidates.length > 0 && alone.status !== 'changed' ? { status: 'refused' } : alone
}

/** `base` by reference, verified; undefined when there is nothing to refer to. */
function after(base: Changed, { technique, earlier, steps, counter }: Across): Changed | undefined {
  const billed = counter.judges.find(({ name }) => name === counter.vocabulary)
  const isWorth = (run: string, reference: string): boolean => {
    if (run.length <= reference.length || billed === undefined) return false
    return billed.count(run) - billed.count(reference) >= MIN_SAVED_PER_RUN
  }
  const text = technique.encode(base.text, earlier, { isPlain: isPlain(base, steps), isWorth })
  if (text === undefined || technique.decode(text, earlier) !== base.text) return undefined
  const used = base.applied.map((applied) => applied.technique)
  if (isRecognised(text, steps, [...used, technique])) return undefined
  const savedTokens = sizeOf(base.text, counter)[0] - sizeOf(text, counter)[0]
  return { ...base, text, applied: [...base.applied, { technique, savedTokens }] }
}
