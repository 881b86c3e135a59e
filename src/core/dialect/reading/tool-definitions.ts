/** What the definitions of a request's tools say about the readers of their results. */

import { type JsonTape, kindOf, memberOf, NONE, nextOf, textOf } from '../../json/index.ts'
import { elementsEnd, elementsOf, hasMember, memberText } from './members.ts'

/** Definitions are read on the first question: most requests ask none. */
export class ToolDefinitions {
  readonly #tape: JsonTape
  readonly #unread: number[] = []
  #parsed: Set<string> | undefined
  #allowsPrograms = false
  #isEmpty = true
  /** Definitions, and lists of them, so far. */
  count = 0

  constructor(tape: JsonTape) {
    this.#tape = tape
  }

  /** @param node a definition, or an array of them, in the body or in a message so far */
  add(node: number): void {
    if (node === NONE) return
    this.count++
    if (kindOf(this.#tape, node) === 'object' || node + 1 < elementsEnd(this.#tape, node)) this.#isEmpty = false
    this.#unread.push(node)
  }

  get isEmpty(): boolean {
    return this.#isEmpty
  }

  /** Does a tool allow other callers than the model (`allowed_callers`), or is there a tool that runs programs? */
  get allowsPrograms(): boolean {
    this.#readAll()
    return this.#allowsPrograms
  }

  /** Does the tool say that a program may parse its results, by `output_schema` or by `allowed_callers`? */
  isParsed(tool: string): boolean {
    this.#readAll()
    return this.#parsed?.has(tool) === true
  }

  /** Definitions may stand in namespaces and toolsets, so every object below is looked at. */
  #readAll(): void {
    for (const node of this.#unread) {
      if (!mayTell(this.#tape, node)) continue
      const end = nextOf(this.#tape, node)
      for (let below = node; below < end; below++) if (kindOf(this.#tape, below) === 'object') this.#read(below)
    }
    this.#unread.length = 0
  }

  #read(node: number): void {
    const tape = this.#tape
    const isOpen = allowsOthers(tape, memberOf(tape, node, 'allowed_callers'))
    if (isOpen || memberText(tape, node, 'type') === 'programmatic_tool_calling') this.#allowsPrograms = true
    const name = memberText(tape, node, 'name')
    if (name === undefined || !(isOpen || hasOutputSchema(tape, node))) return
    this.#parsed ??= new Set()
    this.#parsed.add(name)
  }
}

/**
 * Ends of what definitions say of their readers: `allowed_callers`, `programmatic`; a name with an escape in it may be any
 * of them. They begin with rare letters, which a search finds ten times faster.
 */
const TELLING = ['wed_callers', 'grammatic', '\\u'].map((word) => Buffer.from(word))

const SCHEMA = Buffer.from('_schema')
const OUTPUT_SCHEMA = Buffer.from('output_schema')

/** Searches the source, which takes a hundredth of a walk over its nodes. */
function mayTell({ units, nodes }: JsonTape, node: number): boolean {
  if (units.BYTES_PER_ELEMENT > 1) return true
  const source = Buffer.from(units.buffer, units.byteOffset, units.byteLength).subarray(
    nodes[3 * node],
    nodes[3 * node + 1],
  )
  return TELLING.some((word) => source.includes(word)) || (source.includes(SCHEMA) && source.includes(OUTPUT_SCHEMA))
}

/** Anything but a list of `direct`, or no list at all. */
function allowsOthers(tape: JsonTape, callers: number): boolean {
  if (callers === NONE || kindOf(tape, callers) === 'null') return false
  for (const caller of elementsOf(tape, callers)) if (textOf(tape, caller) !== 'direct') return true
  return kindOf(tape, callers) !== 'array'
}

function hasOutputSchema(tape: JsonTape, node: number): boolean {
  return hasMember(tape, node, 'output_schema') && kindOf(tape, memberOf(tape, node, 'output_schema')) !== 'null'
}
