/**
 * Encodes a block again in the formats that it was sent in before: to the same text, whatever the policy, the model and
 * the gate say today. What it decodes to is verified as it was the first time.
 */

import type { Steps } from '../../steps.ts'
import type { TokenCounter } from '../../tokenizer/index.ts'
import type { BlockResult } from '../block/compress-block.ts'
import type { Applied } from '../block/draft.ts'
import { sizing } from '../block/gate.ts'
import { isVerified } from '../block/verify.ts'
import { worthBy } from '../earlier/compress-across.ts'
import type { ReachableBlocks } from '../earlier/reachable-blocks.ts'
import { formatByNumber, isReference, type ReferenceFormat } from '../formats.ts'
import type { NamedTechnique } from '../technique.ts'
import type { RequestForms } from './request-forms.ts'

/** The text after one more technique. */
export interface KeptStep {
  readonly technique: NamedTechnique
  readonly text: string
}

export interface KeepContext {
  readonly blocks: Pick<ReachableBlocks, 'of'>
  readonly forms: Pick<RequestForms, 'vocabulary'>
}

/**
 * @returns a step for each format; without its references where the client took the block away that they named (its
 * prefix is another one anyway); undefined when a format is of a later version or does not fit the text
 */
export function keepForm(
  text: string,
  numbers: readonly number[],
  context: KeepContext,
): readonly KeptStep[] | undefined {
  const steps: KeptStep[] = []
  for (const number of numbers) {
    const format = formatByNumber(number)
    const before = steps.at(-1)?.text ?? text
    if (format === undefined) return undefined
    if (isReference(format)) {
      const after = withReferences(before, format, { ...context, steps })
      if (after !== undefined) steps.push({ technique: format.technique, text: after })
      continue
    }
    const after = format.technique.encode(before)
    if (after === undefined || !isVerified(format.technique, before, after)) return undefined
    steps.push({ technique: format.technique, text: after })
  }
  return steps
}

function withReferences(
  text: string,
  { technique, vocabulary, reach }: ReferenceFormat,
  { blocks, forms, steps }: KeepContext & { readonly steps: readonly KeptStep[] },
): string | undefined {
  const earlier = blocks.of(reach)
  const isPlain = !steps.some((step) => step.technique.recognises(text))
  const after = technique.encode(text, earlier, { isPlain, isWorth: worthBy(forms.vocabulary(vocabulary)) })
  return after !== undefined && technique.decode(after, earlier) === text ? after : undefined
}

/** The steps as the result for a block, with what each saves today. */
export function* keptResult(text: string, steps: readonly KeptStep[], counter: TokenCounter): Steps<BlockResult> {
  const last = steps.at(-1)
  if (last === undefined) return { status: 'unchanged' }
  const [tokens] = yield* sizing(text, counter)
  const applied: Applied[] = []
  let before = tokens
  // What opening a text costs is paid by the form that it was opened for.
  let loss = 0
  for (const step of steps) {
    const [after] = yield* sizing(step.text, counter)
    const saved = before - after + loss
    loss = step === last ? 0 : Math.min(0, saved)
    applied.push({ technique: step.technique, savedTokens: saved - loss })
    before = after
  }
  return { status: 'changed', text: last.text, tokens, applied }
}
