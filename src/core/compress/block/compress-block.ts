/** Compresses one block with the plans for its kind. A pure function of the text, the plans and the tokenizer. */

import { atOnce, type Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import { FORMS, type Plan, type Step } from '../profiles.ts'
import type { NamedTechnique } from '../technique.ts'
import { type Applied, type Draft, Drafts } from './draft.ts'
import { isSmaller, passesGate } from './gate.ts'

/**
 * unchanged: no technique found a shorter encoding. refused: the gate or the verification refused every candidate.
 * kept: no technique may change it, since it looks like a form of ours or would not survive UTF-8.
 */
export type BlockResult =
  | {
      readonly status: 'changed'
      readonly text: string
      /** Tokens of the original block, in the counter's vocabulary. */
      readonly tokens: number
      readonly applied: readonly Applied[]
      /** Its text as a JSON literal, where the result is remembered: escaping it costs more than all look-ups. */
      readonly literal?: Uint8Array
    }
  | { readonly status: 'unchanged' | 'refused' | 'kept' | 'failopen' }

/**
 * The plans for a text, by its kind: one for each profile up to the chosen one, always as many. The smallest result is
 * used, so no profile is longer than a lower one.
 */
export type PlansFor = (text: string) => readonly Plan[]

/** As `compressingBlock`, in one go. */
export function compressBlock(text: string, plansFor: PlansFor, counter: TokenCounter): BlockResult {
  return atOnce(compressingBlock(text, plansFor, counter))
}

/**
 * Tries the techniques of each step on the result of the step before, and keeps the smallest result that verifies. The
 * last result is used if it passes the gate against the original block; a smaller one without the second-last change
 * replaces it. Never throws.
 *
 * It is idempotent: a form of ours is recognised, and every other choice is the same again.
 */
export function* compressingBlock(text: string, plansFor: PlansFor, counter: TokenCounter): Steps<BlockResult> {
  try {
    const plansOf = remembering(plansFor)
    const plans = plansOf(text)
    // A lone surrogate does not survive UTF-8.
    if (!text.isWellFormed() || isRecognised(text, [], plans.flat())) return { status: 'kept' }
    yield
    const drafts = new Drafts(counter)
    const runs = plans.map((_, nth) => (some: string) => runSteps(drafts.of(some), plansOf(some)[nth] ?? []))
    return yield* untilStable(text, (some) => runAll(runs, some))
  } catch {
    return { status: 'failopen' }
  }
}

/** No closure, as all generators here: V8 would keep its scope, and the texts in it, until the next full collection. */
function* runAll(runs: readonly ((text: string) => Steps<BlockResult>)[], text: string): Steps<BlockResult> {
  const results: BlockResult[] = []
  for (const run of runs) results.push(yield* untilStable(text, run))
  return smallestOf(results)
}

/** Every plan starts from the same texts. */
function remembering(plansFor: PlansFor): PlansFor {
  const known = new Map<string, readonly Plan[]>()
  return (text) => {
    const plans = known.get(text) ?? plansFor(text)
    known.set(text, plans)
    return plans
  }
}

/**
 * A form is not compressed again, but minified JSON and a cleaned-up screen are not forms: a saving too small for the
 * larger text may be large enough for the smaller one. Repeats until no change is left; every round saves 2 % or more.
 */
function* untilStable(text: string, run: (text: string) => Steps<BlockResult>): Steps<BlockResult> {
  let result = yield* run(text)
  while (result.status === 'changed' && !isRecognised(result.text, [])) {
    const next = yield* run(result.text)
    if (next.status !== 'changed') break
    result = { ...next, tokens: result.tokens, applied: [...result.applied, ...next.applied] }
  }
  return result
}

/** Results of the same text: the one that saves the most, of equal ones the first. */
function smallestOf(results: readonly BlockResult[]): BlockResult {
  const changed = results.filter((result) => result.status === 'changed')
  if (changed.length === 0) return results.find(({ status }) => status === 'refused') ?? (results[0] as BlockResult)
  return changed.reduce((best, result) => (savedBy(result) > savedBy(best) ? result : best))
}

function savedBy({ applied }: { readonly applied: readonly Applied[] }): number {
  return applied.reduce((sum, { savedTokens }) => sum + savedTokens, 0)
}

function* runSteps(original: Draft, steps: Plan): Steps<BlockResult> {
  const drafts = [original]
  const run: Run = { steps, hasCandidate: false }
  let last = original
  for (const step of steps) {
    last = yield* runStep(run, last, step)
    drafts.push(last)
  }
  const draft = yield* withoutLastButOne(drafts, last, (before) => runStep(run, before, steps.at(-1) ?? []))
  // Some results may have so many characters and no more (`max_output_length` of a shell's).
  const isLonger = draft.text.length > original.text.length
  if (draft !== original && !isLonger && passesGate(yield* draft.measuring(), yield* original.measuring())) {
    return { status: 'changed', text: draft.text, tokens: original.size[0], applied: draft.applied }
  }
  return { status: run.hasCandidate ? 'refused' : 'unchanged' }
}

interface Run {
  readonly steps: Plan
  /** Has any technique found another encoding? */
  hasCandidate: boolean
}

function* runStep(run: Run, before: Draft, step: Step): Steps<Draft> {
  const candidates = yield* candidatesOf(before, step)
  run.hasCandidate ||= candidates.length > 0
  return (yield* bestOf(candidates, before, run.steps)) ?? before
}

/** UTF-16 units, some 8,000 tokens. A larger text is not tried in every way. */
const LARGE = 32 * 1024

/** After such a reduction other techniques find little: 1 % of the text's tokens in large logs. */
const MUCH_SHORTER = 0.5

/** The candidates of a step for a draft; for a large draft, those up to the first that makes it much shorter. */
function* candidatesOf(before: Draft, step: Step): Steps<Draft[]> {
  const candidates: Draft[] = []
  for (const technique of step) {
    const candidate = before.after(technique)
    yield
    if (candidate === undefined) continue
    candidates.push(candidate)
    if (before.text.length > LARGE && candidate.text.length < MUCH_SHORTER * before.text.length) break
  }
  return candidates
}

/**
 * The last step may save more without the change before it: both use what lines have in common. Measured on agents'
 * tool results, 2 to 5 % of the remaining tokens.
 * @param drafts one for the start and one after each step
 * @param last the last of them
 * @returns the last draft, or the last step's result for the text before the second-last change, when that is smaller
 */
function* withoutLastButOne(
  drafts: readonly Draft[],
  last: Draft,
  runLast: (before: Draft) => Steps<Draft>,
): Steps<Draft> {
  const changed = drafts.at(-2) ?? last
  const earlier = drafts.findLast((draft) => draft !== changed && draft !== last)
  if (earlier === undefined || earlier.text.length > LARGE) return last
  const rival = yield* runLast(earlier)
  return rival !== earlier && isSmaller(yield* rival.measuring(), yield* last.measuring()) ? rival : last
}

/**
 * Candidates that are longer than the shortest by this factor, in UTF-16 units, are counted only when the shortest
 * fails: in no observed text did such a candidate have fewer tokens, and counting is the largest cost.
 */
const MUCH_LONGER = 1.3

/** The smallest candidate that passes the gate against `before`, verifies, and is not recognised by other techniques. */
function* bestOf(candidates: readonly Draft[], before: Draft, steps: Plan): Steps<Draft | undefined> {
  const shortest = Math.min(...candidates.map(({ text }) => text.length))
  if (shortest > MUCH_LONGER * before.text.length) return undefined
  const isShort = ({ text }: Draft): boolean => text.length <= MUCH_LONGER * shortest
  for (const candidate of yield* smallestFirst(candidates.filter(isShort), before)) {
    if (yield* isSafe(candidate, steps)) return candidate
  }
  const others = candidates.filter((candidate) => !isShort(candidate))
  return others.length > 0 ? yield* bestOf(others, before, steps) : undefined
}

/**
 * The candidates that pass the gate against `before`: each form is one more notation to read, so each must save enough
 * by itself. What only opens a text for the next step is judged with it, by the result of all steps. They are verified in
 * this order, so usually only one is.
 */
function* smallestFirst(candidates: readonly Draft[], before: Draft): Steps<readonly Draft[]> {
  const [only, ...others] = candidates
  if (only !== undefined && others.length === 0 && isSurelySmaller(only, before)) return candidates
  const smaller: Draft[] = []
  for (const candidate of candidates) {
    const isSmall =
      candidate.isOpened || passesGate(yield* candidate.measuring(), yield* before.measuring(), candidate.advantage)
    if (isSmall) smaller.push(candidate)
  }
  if (smaller.length > 1) for (const candidate of smaller) yield* candidate.measuring()
  return smaller.sort((a, b) => handicapped(a) - handicapped(b))
}

/** Tokens for the comparison with other forms. */
function handicapped({ size, advantage }: Draft): number {
  return size[0] / (1 - advantage)
}

/** Share of the units other than white space, which costs little. */
const SURELY_SHORTER = 0.9

/** Is a large draft so much shorter that its tokens need no count? The result of all steps is counted. */
function isSurelySmaller(candidate: Draft, before: Draft): boolean {
  return before.text.length > LARGE && candidate.inked < SURELY_SHORTER * before.inked
}

/** Does it decode to its source, and does no unused technique recognise it as its form? */
function* isSafe(candidate: Draft, steps: Plan): Steps<boolean> {
  const { isVerified } = candidate
  yield
  return isVerified && !formsBut(candidate.techniques, steps).some((technique) => candidate.isRecognisedBy(technique))
}

/** Does a technique of any profile or of these steps, other than the `used` ones, recognise the text as its form? */
export function isRecognised(text: string, used: readonly NamedTechnique[], steps: readonly Step[] = []): boolean {
  return formsBut(used, steps).some((technique) => technique.recognises(text))
}

/** Every technique that has a form, and those of these steps, but the `used` ones. */
function formsBut(used: readonly NamedTechnique[], steps: readonly Step[]): readonly NamedTechnique[] {
  const others = new Map([...steps.flat(), ...FORMS].map((technique) => [technique.name, technique]))
  for (const { name } of used) others.delete(name)
  return Array.from(others.values())
}
