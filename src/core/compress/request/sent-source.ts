/** A block of a request as those after it may refer to it. */

import { type BlockResult, isRecognised } from '../block/compress-block.ts'
import { isPlain } from '../earlier/compress-across.ts'
import type { Source } from '../earlier/earlier-blocks.ts'
import { type LinePrint, printOf } from '../earlier/line-print.ts'
import type { Memory } from '../memory/memory.ts'
import type { BilledText } from '../memory/span-text.ts'
import type { SentBlock } from '../memory/turn.ts'
import { ACROSS } from '../profiles.ts'

/** A block as it is sent, for those after it. A class: closures for each block of a history cost more than its look-ups. */
export class SentSource implements Source {
  readonly #sent: SentBlock
  readonly #text: BilledText
  readonly #memory: Memory

  constructor(sent: SentBlock, text: BilledText, memory: Memory) {
    this.#sent = sent
    this.#text = text
    this.#memory = memory
  }

  text(): string {
    return this.#form ?? this.#text.text
  }

  isPlain(): boolean {
    const { result } = this.#sent
    if (result?.status === 'changed') return isPlain(result, ACROSS)
    return result?.status === 'unchanged' || result?.status === 'refused' || !isRecognised(this.#text.text, [])
  }

  print(): LinePrint {
    const sent = this.#sent
    sent.print ??= this.#memory.print(`${readingOf(sent.result)}|${this.content}`, () =>
      printOf(this.text(), this.isPlain()),
    )
    return sent.print
  }

  /** Identifies what the block is sent with. */
  get content(): string {
    return this.#memory.contentOf(this.#text, this.#form)
  }

  get #form(): string | undefined {
    const { result } = this.#sent
    return result?.status === 'changed' ? result.text : undefined
  }
}

/** What decides, beside the text that is sent, whether its lines stand for themselves. */
function readingOf(result: BlockResult | undefined): string {
  if (result?.status !== 'changed') return result?.status ?? ''
  return result.applied.map(({ technique }) => technique.name).join()
}
