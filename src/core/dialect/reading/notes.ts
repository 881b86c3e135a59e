/** Collects blocks and billed text while a dialect walks a request. */

import { endOf, type JsonKind, type JsonTape, kindOf, memberOf, NONE, startOf } from '../../json/index.ts'
import type { BilledSpan, Block, BoundContent } from '../dialect.ts'
import type { NoteCount, Noted } from './bookmark.ts'
import type { CalledFor } from './calls.ts'
import { elementsOf, memberText } from './members.ts'

/** A content string, or the text of one content part. */
export interface Text {
  readonly node: number
  /** `messages[3].content[0].text`. */
  readonly path: string
}

/** A literal in the text of another literal. */
export interface NestedText {
  /** `input[3].output.stdout`. */
  readonly path: string
  /** Byte offsets from the outer literal's start; its escaped quotes are included. */
  readonly start: number
  readonly end: number
}

/** The use of a text: may it be compressed, which tool's result is it, does it identify the session? */
export interface TextUse {
  readonly kind?: Block['kind'] | undefined
  readonly tool?: string | undefined
  readonly callId?: string | undefined
  readonly callNode?: number | undefined
  readonly isKeptOnly?: boolean
  readonly isOpening?: boolean
  /** System text beside the messages. */
  readonly isHead?: boolean
}

export interface Notes {
  text(text: Text, use: TextUse): void
  /**
   * A literal that holds JSON text: it is billed as a whole, and each of `texts` in it is a block.
   * @param texts their paths, and byte offsets from the literal's start
   */
  nested(node: number, texts: readonly NestedText[], use: TextUse): void
  /** A tool call's name, or its arguments: a string, or an object in Anthropic's and Ollama's dialects. */
  call(node: number): void
  tools(node: number): void
  /** A schema of the answer, or definitions that come in a message. */
  schema(node: number, place: { readonly isHead: boolean }): void
  /** An image, a recording or a file: no text of the request, but billed. */
  media(): void
  /** Content that may be bound to everything before it. */
  reasoning(content: BoundContent): void
  /** A summary that stands for earlier messages. */
  compaction(node: number): void
  /** A message or an item that the model wrote. */
  assistant(node: number): void
  found(): Found
  /** How much was noted, without what had been noted at `base`. */
  countSince(base?: NoteCount): NoteCount
  /** The first notes after `base`, as many as `count` has. */
  since(base: NoteCount, count: NoteCount): Noted
  /** Notes again what `since` has returned, as many as `count` has. */
  restore(noted: Noted, count: NoteCount): void
}

/** Lists are in body order. */
export interface Found {
  readonly blocks: readonly Block[]
  readonly billed: readonly BilledSpan[]
  readonly opening: readonly number[]
  readonly reasoning: readonly BoundContent[]
  readonly compactions: readonly number[]
  readonly lastAssistant: number
  readonly hasMedia: boolean
}

const CALL_KINDS: ReadonlySet<JsonKind | undefined> = new Set(['string', 'object'])
const SCHEMA_KINDS: ReadonlySet<JsonKind | undefined> = new Set(['array', 'object'])

export function createNotes(tape: JsonTape): Notes {
  return new RequestNotes(tape)
}

/** A class: a closure for each of its methods would be made for each request. */
class RequestNotes implements Notes {
  readonly #tape: JsonTape
  readonly #blocks: Block[] = []
  readonly #billed: BilledSpan[] = []
  readonly #opening: number[] = []
  readonly #reasoning: BoundContent[] = []
  readonly #compactions: number[] = []
  #lastAssistant = NONE
  #hasMedia = false

  constructor(tape: JsonTape) {
    this.#tape = tape
  }

  text({ node, path }: Text, use: TextUse): void {
    this.#bill(node, 'content', use.isHead ?? false)
    if (use.isOpening) this.#opening.push(node)
    if (use.kind === undefined) return
    const tape = this.#tape
    this.#addBlock({ start: startOf(tape, node), end: endOf(tape, node), node, path }, use)
  }

  nested(node: number, texts: readonly NestedText[], use: TextUse): void {
    this.#bill(node, 'content', false)
    const from = startOf(this.#tape, node)
    for (const { path, start, end } of texts) {
      this.#addBlock({ start: from + start, end: from + end, node, isNested: true, path }, use)
    }
  }

  call(node: number): void {
    if (CALL_KINDS.has(kindOf(this.#tape, node))) this.#bill(node, 'call', false)
  }

  tools(node: number): void {
    if (kindOf(this.#tape, node) === 'array') this.#bill(node, 'tools', true)
  }

  schema(node: number, { isHead }: { readonly isHead: boolean }): void {
    if (SCHEMA_KINDS.has(kindOf(this.#tape, node))) this.#bill(node, 'schema', isHead)
  }

  media(): void {
    this.#hasMedia = true
  }

  reasoning(content: BoundContent): void {
    this.#reasoning.push(content)
  }

  compaction(node: number): void {
    this.#compactions.push(node)
  }

  assistant(node: number): void {
    this.#lastAssistant = Math.max(this.#lastAssistant, node)
  }

  found(): Found {
    return {
      blocks: inOrder(this.#blocks),
      billed: inOrder(this.#billed),
      opening: ascending(this.#opening),
      reasoning: inOrder(this.#reasoning),
      compactions: ascending(this.#compactions),
      lastAssistant: this.#lastAssistant,
      hasMedia: this.#hasMedia,
    }
  }

  countSince(base?: NoteCount): NoteCount {
    return {
      blocks: this.#blocks.length - (base?.blocks ?? 0),
      billed: this.#billed.length - (base?.billed ?? 0),
      opening: this.#opening.length - (base?.opening ?? 0),
      reasoning: this.#reasoning.length - (base?.reasoning ?? 0),
      compactions: this.#compactions.length - (base?.compactions ?? 0),
      lastAssistant: this.#lastAssistant,
      hasMedia: this.#hasMedia,
    }
  }

  since(base: NoteCount, count: NoteCount): Noted {
    return {
      blocks: this.#blocks.slice(base.blocks, base.blocks + count.blocks),
      billed: this.#billed.slice(base.billed, base.billed + count.billed),
      opening: this.#opening.slice(base.opening, base.opening + count.opening),
      reasoning: this.#reasoning.slice(base.reasoning, base.reasoning + count.reasoning),
      compactions: this.#compactions.slice(base.compactions, base.compactions + count.compactions),
    }
  }

  restore(noted: Noted, count: NoteCount): void {
    addFirst(this.#blocks, noted.blocks, count.blocks)
    addFirst(this.#billed, noted.billed, count.billed)
    addFirst(this.#opening, noted.opening, count.opening)
    addFirst(this.#reasoning, noted.reasoning, count.reasoning)
    addFirst(this.#compactions, noted.compactions, count.compactions)
    this.#lastAssistant = Math.max(this.#lastAssistant, count.lastAssistant)
    this.#hasMedia ||= count.hasMedia
  }

  #bill(node: number, what: BilledSpan['what'], isHead: boolean): void {
    this.#billed.push({ node, what, isHead })
  }

  #addBlock(
    place: Pick<Block, 'start' | 'end' | 'node' | 'isNested' | 'path'>,
    { kind, tool, callId, callNode = NONE, isKeptOnly = false }: TextUse,
  ): void {
    if (kind === undefined) return
    // Members that are absent stay so; spreading them in costs more than the rest.
    const block: { -readonly [K in keyof Block]: Block[K] } = { ...place, kind }
    if (tool !== undefined) block.tool = tool
    if (callId !== undefined) block.callId = callId
    if (callNode !== NONE) block.callNode = callNode
    if (isKeptOnly) block.isKeptOnly = true
    this.#blocks.push(block)
  }
}

/**
 * The use of a result's text.
 * @param mayChange false for results that stay as they are for another reason than their reader
 * @returns undefined for a result that a program reads: it is no input of the model and is not billed
 */
export function useOfResult(called: CalledFor, callId: string | undefined, mayChange: boolean): TextUse | undefined {
  const { tool, callNode, reader } = called
  if (reader === 'program') return undefined
  return mayChange ? { kind: 'tool-result', tool, callId, callNode, isKeptOnly: reader === 'unknown' } : {}
}

/** One part of a content; a content that is a string is one text. */
export interface ContentPart {
  /** The node of the part's text; for a part that is no text, that of the part itself. */
  readonly node: number
  readonly isText: boolean
  /** Empty for a string. */
  readonly type: string
  /** `messages[3].content[0]`, `messages[3].content[0].text`. */
  readonly path: string
}

/**
 * The parts of a content: the string itself, or the elements of the array. A part is a text if its `type` is one of
 * `types` and it has one.
 */
export function* partsOf(tape: JsonTape, { node, path }: Text, types: readonly string[]): Generator<ContentPart, void> {
  if (kindOf(tape, node) === 'string') yield { node, isText: true, type: '', path }
  let index = 0
  for (const part of elementsOf(tape, node)) {
    const type = memberText(tape, part, 'type') ?? ''
    const own = `${path}[${index++}]`
    const text = types.includes(type) ? memberOf(tape, part, 'text') : NONE
    if (kindOf(tape, text) === 'string') yield { node: text, isText: true, type, path: `${own}.text` }
    else yield { node: part, isText: false, type, path: own }
  }
}

/** The parts that are text. Media and other parts are left out. */
export function* textsOf(tape: JsonTape, content: Text, types: readonly string[]): Generator<Text, void> {
  for (const part of partsOf(tape, content, types)) if (part.isText) yield part
}

function addFirst<T>(list: T[], from: readonly T[], count: number): void {
  for (let at = 0; at < count; at++) list.push(from[at] as T)
}

/** Node ids follow the order of the text. Most lists are in it already: a sort of two takes longer than to see that. */
function ascending(nodes: readonly number[]): readonly number[] {
  for (let at = 1; at < nodes.length; at++) {
    if ((nodes[at - 1] as number) > (nodes[at] as number)) return nodes.toSorted((a, b) => a - b)
  }
  return nodes
}

function inOrder<T extends { readonly node: number }>(list: readonly T[]): readonly T[] {
  for (let at = 1; at < list.length; at++) {
    if ((list[at - 1] as T).node > (list[at] as T).node) return list.toSorted((a, b) => a.node - b.node)
  }
  return list
}
