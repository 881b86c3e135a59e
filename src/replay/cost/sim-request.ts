/** A request as a simulated provider reads it: its prefix in segments, and the marks that are really in its bytes. */

import type { Tokenizer } from '../../core/tokenizer/index.ts'

/** A tool, a block of system text, or a block of a message. */
export interface Segment {
  /** The same for two requests exactly when they are the same up to the end of this segment, marks aside. */
  readonly prefix: number
  /** Tokens of the request up to the end of this segment. */
  readonly tokens: number
  readonly isMarked: boolean
  /** The last of its message. */
  readonly endsMessage: boolean
}

export interface SimRequest {
  readonly segments: readonly Segment[]
  readonly tokens: number
  /** Anthropic: the top-level mark. */
  readonly isAutomatic: boolean
  /** OpenAI from GPT-5.6 on: only what is marked is cached. */
  readonly isExplicit: boolean
  readonly atMs: number
}

type Json = Readonly<Record<string, unknown>>

/** As in the formula of every percentage (spec: prompt-compression, section 3). */
const TOOLS_FACTOR = 0.62

/** Reads requests of one set; what was counted once is not counted again. */
export class SimReader {
  readonly #o200k: Tokenizer
  readonly #prefixes = new Map<string, number>()
  readonly #counts = new Map<string, number>()

  constructor(o200k: Tokenizer) {
    this.#o200k = o200k
  }

  count(text: string): number {
    const known = this.#counts.get(text) ?? this.#o200k.count(text)
    this.#counts.set(text, known)
    return known
  }

  /** @param body of OpenAI chat or Anthropic messages; parsed from a copy, apart from what the keeper reads it with */
  read(body: Uint8Array, atMs: number): SimRequest {
    const request = JSON.parse(Buffer.from(body).toString()) as Json
    const segments: Segment[] = []
    for (const piece of piecesOf(request)) {
      const before = segments.at(-1)
      const identity = JSON.stringify([before?.prefix ?? -1, piece.role, withoutMarks(piece.value)])
      segments.push({
        prefix: this.#idOf(identity),
        tokens: (before?.tokens ?? 0) + this.#tokensOf(piece),
        isMarked: isMarked(piece.value),
        endsMessage: piece.endsMessage,
      })
    }
    return {
      segments,
      tokens: segments.at(-1)?.tokens ?? 0,
      isAutomatic: 'cache_control' in request,
      isExplicit: (request['prompt_cache_options'] as Json | undefined)?.['mode'] === 'explicit',
      atMs,
    }
  }

  #idOf(identity: string): number {
    const known = this.#prefixes.get(identity) ?? this.#prefixes.size
    this.#prefixes.set(identity, known)
    return known
  }

  #tokensOf({ role, value }: Piece): number {
    if (role === 'tool definition') return TOOLS_FACTOR * this.count(JSON.stringify(withoutMarks(value)))
    return billedTexts(value).reduce((sum, text) => sum + this.count(text), 0)
  }
}

interface Piece {
  readonly role: string
  readonly value: unknown
  readonly endsMessage: boolean
}

function* piecesOf(request: Json): Generator<Piece, void> {
  for (const value of listOf(request['tools'])) yield { role: 'tool definition', value, endsMessage: false }
  for (const value of blocksOf(request['system'])) yield { role: 'system', value, endsMessage: false }
  for (const message of listOf(request['messages']) as Json[]) {
    const blocks = [...blocksOf(message['content']), ...listOf(message['tool_calls'])]
    const role = String(message['role'])
    for (const [index, value] of blocks.entries()) yield { role, value, endsMessage: index === blocks.length - 1 }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A plain string is short for one block of text. */
function blocksOf(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content)
}

/** Texts of a block, of the blocks in it, and of the call that it is. */
function billedTexts(value: unknown): string[] {
  const { text, content, name, input, function: called } = value as Json
  if (called !== undefined) return billedTexts({ name: (called as Json)['name'], input: (called as Json)['arguments'] })
  return [
    ...(typeof text === 'string' ? [text] : []),
    ...blocksOf(content).flatMap(billedTexts),
    ...(typeof name === 'string' ? [name] : []),
    ...(input === undefined ? [] : [typeof input === 'string' ? input : JSON.stringify(input)]),
  ]
}

function isMarked(value: unknown): boolean {
  const { cache_control, prompt_cache_breakpoint } = value as Json
  return cache_control !== undefined || prompt_cache_breakpoint !== undefined
}

function withoutMarks(value: unknown): unknown {
  const { cache_control: _, prompt_cache_breakpoint: __, ...rest } = value as Json
  return rest
}
