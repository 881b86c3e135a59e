/** Restores the blocks that compression encoded. */

import { type Block, blockBytes, blockText, type ReadBody } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import { type Splice, splice } from '../../json/index.ts'
import { atOnce, type Steps } from '../../steps.ts'
import { EarlierBlocks } from '../earlier/earlier-blocks.ts'
import { forgetTexts } from '../memory/text-memo.ts'
import { ACROSS, techniquesOf } from '../profiles.ts'
import type { Change } from '../report.ts'
import type { Technique } from '../technique.ts'
import { MAX_DECODED_UNITS } from './budget.ts'

/** All techniques, each after those whose output it may have encoded. */
const TECHNIQUES: readonly Technique[] = techniquesOf('Aggressive')

/**
 * The request with every changed block decoded, equivalent to the original under the techniques' equivalences.
 * @param report the report of this body's compression: exactly its changes are undone. Without one, every block that
 *   carries a form of ours is decoded, also one that only looks like it.
 * @throws M2MError NOT_OUR_FORM when the report does not fit the body, or when the blocks decode to more than
 *   compression handles in one request: a few bytes may decode to a very large block
 */
export function decompressRequest(
  read: ReadBody,
  report?: { readonly changes: readonly Change[] },
): { body: Uint8Array } {
  return atOnce(decompressing(read, report))
}

/** As `decompressRequest`, in steps. */
export function* decompressing(
  read: ReadBody,
  report?: { readonly changes: readonly Change[] },
): Steps<{ body: Uint8Array }> {
  try {
    return { body: splice(read.body, yield* decodedBlocks(read, report)) }
  } finally {
    forgetTexts()
  }
}

function* decodedBlocks(read: ReadBody, report: { readonly changes: readonly Change[] } | undefined): Steps<Splice[]> {
  const splices: Splice[] = []
  const earlier = new EarlierBlocks()
  const decoders = decodersOf(earlier)
  let unitsLeft = MAX_DECODED_UNITS
  const changes = new Map(report?.changes.map(({ path, techniques }) => [path, techniques]))
  for (const block of read.facts.blocks) {
    yield
    const techniques = changes.get(block.path)
    changes.delete(block.path)
    const text = blockText(read.tape, block)
    const decoded =
      report === undefined ? decodeForms(text, decoders) : techniques && undo(text, techniques, { block, decoders })
    earlier.add(block, { text: () => text, isPlain: () => false })
    if (decoded === undefined || decoded === text) continue
    unitsLeft -= decoded.length
    if (unitsLeft < 0) throw new M2MError('the blocks decode to more than a request may hold', { code: 'NOT_OUR_FORM' })
    splices.push({ start: block.start, end: block.end, bytes: blockBytes(block, decoded) })
  }
  for (const path of changes.keys()) throw new M2MError(`the request has no block ${path}`, { code: 'NOT_OUR_FORM' })
  return splices
}

interface Decoder {
  readonly name: string
  recognises(text: string): boolean
  decode(text: string): string | undefined
}

/** In the order in which they encode. */
function decodersOf(earlier: EarlierBlocks): readonly Decoder[] {
  const { name, recognises, decode } = ACROSS
  return [...TECHNIQUES, { name, recognises, decode: (text) => decode(text, earlier) }]
}

function decodeForms(text: string, decoders: readonly Decoder[]): string {
  return decoders.reduceRight(
    (form, decoder) => (decoder.recognises(form) ? (decoder.decode(form) ?? form) : form),
    text,
  )
}

function undo(
  text: string,
  names: readonly string[],
  { block, decoders }: { block: Block; decoders: readonly Decoder[] },
): string {
  return names.reduceRight((form, name) => {
    const decoded = decoders.find((decoder) => decoder.name === name)?.decode(form)
    if (decoded !== undefined) return decoded
    throw new M2MError(`${block.path} does not carry what ${name} makes`, { code: 'NOT_OUR_FORM' })
  }, text)
}
