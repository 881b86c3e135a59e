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

function refer(text: string, alone: BlockResult, { technique, earlier, steps, counter }: Across): BlockResult {
  const isChanged = alone.status === 'changed'
  const before = isChanged ? alone.text : text
  const billed = counter.judges.find(({ name }) => name === counter.vocabulary)
  const candidate = technique.encode(before, earlier, (run, reference) => {
    if (run.length <= reference.length || billed === undefined) return false
    return billed.count(run) - billed.count(reference) >= MIN_SAVED_PER_RUN
  })
  if (candidate === undefined) return alone
  const applied = isChanged ? alone.applied : []
  const isSafe =
    technique.decode(candidate, earlier) === before &&
    !isRecognised(
      candidate,
      steps,
      applied.map((step) => step.technique),
    )
  const original = sizeOf(text, counter)
  const unreferred = isChanged ? sizeOf(before, counter) : original
  const size = sizeOf(candidate, counter)
  if (!isSafe || !isSmaller(size, unreferred) || !passesGate(size, original)) {
    return isChanged ? alone : { status: 'refused' }
  }
  const savedTokens = (unreferred[0] as number) - (size[0] as number)
  return {
    status: 'changed',
    text: candidate,
    tokens: original[0] as number,
    applied: [...applied, { technique, savedTokens }],
  }
}
