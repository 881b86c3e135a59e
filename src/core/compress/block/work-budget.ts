/**
 * Limits the work on one block. Work is foretold from the text, never measured: the same block stops at the same
 * technique on every machine. What does not fit is not tried, and the block goes in the best form that was found.
 */

import { jsonIn } from '../json/found.ts'
import { textUnits } from '../memory/text-units.ts'

/**
 * In nanoseconds of one core of a small cloud machine, as the figures of `WORK`: a block of 240 KB takes so much when
 * every form for logs is tried.
 */
const MAX_BLOCK_WORK = 50_000_000

/** What of a text costs work. */
export interface Traits {
  readonly units: number
  /** Units other than white space and control characters. */
  readonly inked: number
  /** Line ends, carriage returns and escapes. */
  readonly lines: number
  /** Carriage returns other than those of line ends. */
  readonly returns: number
  /** Single quotes, which begin and end what Python prints. */
  readonly quotes: number
  /** Of the JSON in it: objects and lists, and all brackets, commas and colons. */
  readonly containers: number
  readonly signs: number
}

/** Nanoseconds for each of them. */
type Work = Partial<Omit<Traits, 'inked'>>

/**
 * Encoding and verification, as measured on ordinary text of the kinds that have these forms; lines, quotes and JSON as
 * measured on the most hostile texts known.
 */
const WORK: Readonly<Record<string, Work>> = {
  'terminal-cleanup': { units: 10, lines: 220, returns: 900 },
  'python-repr': { units: 2, quotes: 1200 },
  'json-unescape': { units: 6 },
  'search-paths': { units: 8, lines: 110 },
  table: { units: 40, lines: 100 },
  'prefix-lifting': { units: 20, lines: 100 },
  'line-templates': { units: 75 },
  'section-templates': { units: 30, lines: 200 },
  dictionary: { units: 45 },
  'columnar-json': { units: 2, containers: 3000, signs: 200 },
  'json-minify': { units: 2, signs: 200 },
  'bare-json': { units: 2, containers: 3500, signs: 250 },
  'repeated-lines': { units: 4, lines: 80 },
  'lines-above': { units: 8, lines: 150 },
  'listing-paths': { units: 15, lines: 200 },
  'html-to-markdown': { units: 20 },
  'base64-elision': { units: 20 },
  'failed-tests': { units: 4, lines: 70 },
  'search-matches': { units: 4, lines: 60 },
  // Little work, and what it leaves of a large log is little work for all others: always tried.
  'log-window': {},
}

/** The others look at each unit once, and at little else. */
const LITTLE: Work = { units: 2 }

export class WorkBudget {
  #left = MAX_BLOCK_WORK

  /** Takes the work of a technique on a text; false, and nothing taken, where that is more than is left. */
  take(technique: string, traits: Traits): boolean {
    const work = workOf(WORK[technique] ?? LITTLE, traits)
    if (work > this.#left) return false
    this.#left -= work
    return true
  }
}

function workOf(
  { units = 0, lines = 0, returns = 0, quotes = 0, containers = 0, signs = 0 }: Work,
  traits: Traits,
): number {
  const work = units * traits.units + lines * traits.lines + returns * traits.returns + quotes * traits.quotes
  // JSON is looked for only where it counts.
  return signs === 0 ? work : work + containers * traits.containers + signs * traits.signs
}

const LINE_FEED = 0x0a
const RETURN = 0x0d

const LINE = 1
const QUOTE = 2
const SIGN = 3
const OPENING = 4

/** By code. */
const TRAITS = new Uint8Array(0x10000)
for (const unit of '\n\r\u001b') TRAITS[unit.charCodeAt(0)] = LINE
TRAITS["'".charCodeAt(0)] = QUOTE
for (const unit of '}],:') TRAITS[unit.charCodeAt(0)] = SIGN
for (const unit of '{[') TRAITS[unit.charCodeAt(0)] = OPENING

export function traitsOf(text: string): Traits {
  const units = textUnits(text)
  let inked = 0
  let lines = 0
  let returns = 0
  let quotes = 0
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] as number
    if (unit > 0x20) inked++
    const trait = TRAITS[unit]
    if (trait === LINE) {
      lines++
      if (unit === RETURN && units[at + 1] !== LINE_FEED) returns++
    } else if (trait === QUOTE) quotes++
  }
  return new TextTraits(text, { inked, lines, returns, quotes })
}

/** JSON is looked for when its figures are asked for. A class, as LazySample of the kinds. */
class TextTraits implements Traits {
  readonly units: number
  readonly inked: number
  readonly lines: number
  readonly returns: number
  readonly quotes: number
  readonly #text: string
  #json: JsonTraits | undefined

  constructor(text: string, { inked, lines, returns, quotes }: Pick<Traits, 'inked' | 'lines' | 'returns' | 'quotes'>) {
    this.units = text.length
    this.inked = inked
    this.lines = lines
    this.returns = returns
    this.quotes = quotes
    this.#text = text
  }

  get containers(): number {
    return this.#inJson.containers
  }

  get signs(): number {
    return this.#inJson.signs
  }

  get #inJson(): JsonTraits {
    this.#json ??= jsonTraitsOf(this.#text)
    return this.#json
  }
}

type JsonTraits = Pick<Traits, 'containers' | 'signs'>

function jsonTraitsOf(text: string): JsonTraits {
  let containers = 0
  let signs = 0
  if (!text.includes('{') && !text.includes('[')) return { containers, signs }
  const { units, spans } = jsonIn(text)
  for (const { start, end } of spans) {
    for (let at = start; at < end; at++) {
      const trait = TRAITS[units[at] as number]
      if (trait === OPENING) containers++
      if (trait === OPENING || trait === SIGN) signs++
    }
  }
  return { containers, signs }
}
