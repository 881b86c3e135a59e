/** Writes the blocks that were sent in a form of ours before, and no others. It counts nothing and judges nothing. */

import { blockBytes, blockText, type ReadBody } from '../../dialect/index.ts'
import { type Splice, splice } from '../../json/index.ts'
import { isRecognised } from '../block/compress-block.ts'
import { ReachableBlocks } from '../earlier/reachable-blocks.ts'
import { keepForm } from './keep-form.ts'
import type { RequestForms } from './request-forms.ts'

/** @returns the same bytes as `compressRequest` for these blocks; all other blocks as they came */
export function keepForms({ body, tape, facts }: ReadBody, forms: RequestForms): Uint8Array {
  const blocks = new ReachableBlocks(facts, () => undefined)
  const splices: Splice[] = []
  for (const block of facts.blocks) {
    blocks.enter(block)
    const text = blockText(tape, block)
    const choice = forms.of(block)
    const steps = typeof choice === 'string' ? [] : (keepForm(text, choice, { blocks, forms }) ?? [])
    const sent = steps.at(-1)?.text ?? text
    if (sent !== text) splices.push({ start: block.start, end: block.end, bytes: blockBytes(block, sent) })
    const isPlain = (): boolean => !isRecognised(sent, [])
    blocks.add(block, { text: () => sent, isPlain })
  }
  return splice(body, splices)
}
