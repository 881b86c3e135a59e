/** The spacings that serialisers use: JSON spaced in one of them can be restored from its lexemes alone. */

/** Between the lexemes: nothing, a space after commas and colons, or one line per value with this indentation in spaces. */
export const STYLES = ['compact', 'spaced', 'indent 2', 'indent 4'] as const

export type Style = (typeof STYLES)[number]

/** Deeper JSON is not restyled: indentation would grow with the square of the depth. */
const MAX_DEPTH = 64

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]|[^"[\]{}:,\s]+/g

/**
 * JSON without insignificant white space, spaced in a style.
 * @returns undefined for JSON that is nested too deep
 */
export function restyled(json: string, style: Style): string | undefined {
  if (style === 'compact') return json
  const writer = style === 'spaced' ? new SpacedWriter() : new IndentedWriter(Number(style.slice(-1)))
  for (const [token] of json.matchAll(TOKEN)) if (!writer.put(token)) return undefined
  return writer.text
}

/** The only style that `text`, which is JSON, can have. */
export function likelyStyle(text: string, minified: string): Style {
  if (text.length === minified.length) return 'compact'
  const indent = /^[[{]\n( +)/.exec(text)?.[1]?.length
  if (indent === undefined) return 'spaced'
  return indent === 4 ? 'indent 4' : 'indent 2'
}

class SpacedWriter {
  text = ''

  put(token: string): boolean {
    this.text += token === ',' || token === ':' ? `${token} ` : token
    return true
  }
}

class IndentedWriter {
  readonly #indent: number
  #depth = 0
  /** The kind of the last token. */
  #isOpen = false
  text = ''

  constructor(indent: number) {
    this.#indent = indent
  }

  /** @returns false when the JSON is nested too deep */
  put(token: string): boolean {
    const closes = token === ']' || token === '}'
    if (closes) this.#depth--
    // Brackets that close at once hold no white space.
    if (this.#isOpen !== closes) this.text += this.#lineEnd(this.#isOpen || closes)
    this.#isOpen = token === '[' || token === '{'
    if (this.#isOpen) this.#depth++
    this.text += token === ':' ? ': ' : token
    if (token === ',') this.text += this.#lineEnd(true)
    return this.#depth <= MAX_DEPTH
  }

  #lineEnd(isDue: boolean): string {
    return isDue ? `\n${' '.repeat(this.#indent * this.#depth)}` : ''
  }
}
