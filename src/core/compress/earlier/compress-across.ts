/** Compresses a block further, by references to earlier blocks of the request. */

import type { Steps } from '../../steps.ts'
import type { TokenCounter, Tokenizer } from '../../tokenizer/index.ts'
import { type BlockResult, isRecognised } from '../block/compress-block.ts'
import { isSmaller, passesGate, type Size, sizing } from '../block/gate.ts'
import type { AcrossOptions, AcrossTechnique, NamedTechnique } from '../technique.ts'
import type { EarlierBlocks } from './earlier-blocks.ts'

/**
 * A reference makes its reader look elsewhere, and shortens the run that a later reference can name: measured on coding
 * agents, runs that save fewer tokens cost more than they save.
 */
const MIN_SAVED_PER_RUN = 16

export interface Across {
  readonly technique: AcrossTechnique
  readonly earlier: EarlierBlocks
  readonly counter: TokenCounter
}

/**
 * @param making makes the result for `text` without the earlier blocks
 * @returns that result when references save nothing more. Never throws.
 */
export function* compressingAcross(text: string, making: () => Steps<BlockResult>, across: Across): Steps<BlockResult> {
  const alone = yield* making()
  if (alone.status === 'kept' || alone.status === 'failopen') return alone
  try {
    if (across.technique.recognises(text)) return { status: 'kept' }
    return yield* refer(text, alone, across)
  } catch {
    return { status: 'failopen' }
  }
}

/** Does a reference save enough, as `judge` counts? */
export function worthBy(judge: Tokenizer): AcrossOptions['isWorth'] {
  return (run, reference) =>
    run.length > reference.length && judge.count(run) - judge.count(reference) >= MIN_SAVED_PER_RUN
}

type Changed = Extract<BlockResult, { status: 'changed' }>

/**
 * Does each line stand for itself, whatever surrounds it? Text behind a reference must, because it is read alone. A
 * reference is no form: it is left out of the runs that others refer to.
 */
export function isPlain({ text, applied }: Changed, across: NamedTechnique): boolean {
  return !applied.some(({ technique }) => technique !== across && technique.recognises(text))
}

/**
 * Tries references in the block as its own techniques encoded it, and in the unchanged block: the smallest result is
 * used.
 */
function* refer(text: string, alone: BlockResult, across: Across): Steps<BlockResult> {
  const { counter } = across
  const original = yield* sizing(text, counter)
  const unchanged: Changed = { status: 'changed', text, tokens: original[0], applied: [] }
  const bases = alone.status === 'changed' ? [alone, unchanged] : [unchanged]
  const before = alone.status === 'changed' ? yield* sizing(alone.text, counter) : original
  const candidates: { readonly candidate: Changed; readonly size: Size }[] = []
  for (const base of bases) {
    yield
    const candidate = yield* after(base, across)
    if (candidate !== undefined) candidates.push({ candidate, size: yield* sizing(candidate.text, counter) })
  }
  const best = candidates
    .filter(({ size }) => isSmaller(size, before) && passesGate(size, original))
    .sort((a, b) => a.size[0] - b.size[0])[0]
  if (best !== undefined) return best.candidate
  return candidates.length > 0 && alone.status !== 'changed' ? { status: 'refused' } : alone
}

/** `base` with references, verified; undefined when there is nothing to refer to. */
function* after(base: Changed, { technique, earlier, counter }: Across): Steps<Changed | undefined> {
  const billed = counter.judges.find(({ name }) => name === counter.vocabulary)
  if (billed === undefined) return undefined
  const text = technique.encode(base.text, earlier, { isPlain: isPlain(base, technique), isWorth: worthBy(billed) })
  if (text === undefined || technique.decode(text, earlier) !== base.text) return undefined
  const used = base.applied.map((applied) => applied.technique)
  if (isRecognised(text, [...used, technique])) return undefined
  const [before] = yield* sizing(base.text, counter)
  const [tokens] = yield* sizing(text, counter)
  const savedTokens = before - tokens
  // No copy of `base`: its literal is another one.
  return { status: 'changed', text, tokens: base.tokens, applied: [...base.applied, { technique, savedTokens }] }
}
