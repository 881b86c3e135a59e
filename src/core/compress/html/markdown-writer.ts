/** Writes Markdown from a sequence of tags and text. */

import { decodeEntities } from './entities.ts'
import type { Tag } from './tags.ts'

/** Elements that begin and end on a line of their own. */
const BLOCKS = new Set(
  'address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form head header html main nav ol option p section select summary table tbody thead title tr ul'.split(
    ' ',
  ),
)

const AROUND: Readonly<Record<string, string>> = {
  strong: '**',
  b: '**',
  em: '*',
  i: '*',
  code: '`',
  kbd: '`',
  tt: '`',
}

const HEADING = /^h[1-6]$/

const HREF = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/i

export class MarkdownWriter {
  readonly #lines: string[] = []
  #line = ''
  #isPreformatted = false
  /** Targets of the open links; undefined for a link without a target. */
  readonly #links: (string | undefined)[] = []

  /** Lines without blanks at their ends, and never two empty lines in a row. */
  get markdown(): string {
    this.#endLine()
    const lines = this.#lines.map((line) => line.trimEnd())
    return lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== '')).join('\n')
  }

  text(text: string): void {
    if (this.#isPreformatted) this.#preformatted(text)
    else this.#words(text.replace(/\s+/g, ' '))
  }

  #words(words: string): void {
    this.#line += this.#line === '' || this.#line.endsWith(' ') ? words.trimStart() : words
  }

  #preformatted(text: string): void {
    const [first = '', ...others] = text.split('\n')
    this.#line += first
    for (const line of others) {
      this.#endLine()
      this.#line = line
    }
  }

  tag({ name, isClosing, attributes }: Tag): void {
    const around = AROUND[name]
    if (around !== undefined) this.#line += this.#isPreformatted ? '' : around
    else if (BLOCKS.has(name)) this.#endBlock()
    else if (name === 'a') this.#link(attributes, isClosing)
    else if (name === 'pre') this.#fence(isClosing)
    else if (HEADING.test(name)) this.#heading(Number(name[1]), isClosing)
    else if (!isClosing) this.#open(name)
  }

  #open(name: string): void {
    if (name === 'br' || name === 'hr') this.#endLine()
    if (name === 'li') this.#begin('- ')
    if ((name === 'td' || name === 'th') && this.#line !== '') this.#line += ' | '
  }

  #heading(level: number, isClosing: boolean): void {
    if (isClosing) this.#endBlock()
    else this.#begin(`${'#'.repeat(level)} `)
  }

  #link(attributes: string, isClosing: boolean): void {
    if (!isClosing) {
      const href = HREF.exec(attributes)
      const target = href?.[1] ?? href?.[2] ?? href?.[3]
      const leadsOn = target !== undefined && !/^(?:#|javascript:|data:|$)/i.test(target)
      this.#links.push(leadsOn ? target : undefined)
      if (leadsOn) this.#line += '['
      return
    }
    const target = this.#links.pop()
    if (target !== undefined) this.#line += `](${decodeEntities(target)})`
  }

  #fence(isClosing: boolean): void {
    this.#endLine()
    this.#lines.push('```')
    this.#isPreformatted = !isClosing
  }

  #begin(mark: string): void {
    this.#endBlock()
    this.#line = mark
  }

  /** A line that holds only a mark is not finished yet. */
  #endBlock(): void {
    if (/^(?:- |#+ )$/.test(this.#line)) return
    this.#endLine()
  }

  #endLine(): void {
    if (this.#line.trim() !== '' || this.#isPreformatted) this.#lines.push(this.#line)
    this.#line = ''
  }
}
