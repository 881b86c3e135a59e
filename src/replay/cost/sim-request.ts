/** Reads a request like a provider: its prefix in segments, and the marks found in its bytes. */

import type { Tokenizer } from '../../core/tokenizer/index.ts'
import { type Json, listOf, objectOf, parseBody } from '../json.ts'

/** A tool, a block of system text, or a block of a message. */
export interface Segment {
  /** Equal in two requests exactly if they are equal up to the end of this segment, apart from marks. */
  readonly prefix: number
  /** Tokens of the request up to the end of this segment. */
  readonly tokens: number
  readonly isMarked: boolean
  /** It is written for the longer lifetime: an hour at Anthropic, twelve at OpenAI. */
  readonly isLong: boolean
  /** A call of a tool, or its result. */
  readonly tool: 'call' | 'result' | undefined
  /** The last segment of its message. */
  readonly endsMessage: boolean
}

export interface SimRequest {
  readonly segments: readonly Segment[]
  readonly tokens: number
  /** Anthropic: the top-level mark. */
  readonly isAutomatic: boolean
  /** OpenAI from GPT-5.6 on: only marked prefixes are cached. */
  readonly isExplicit: boolean
  readonly atMs: number
}

/** The same as in formula.ts (docs/spec/tokens.md, The formula of savings). */
const TOOLS_FACTOR = 0.62

/** Reads the requests of one set, and counts equal texts once. */
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

  /** @param body of OpenAI chat or Anthropic messages; read by JSON.parse, independently of the engine's reader */
  read(body: Uint8Array, atMs: number): SimRequest {
    const request = parseBody(body)
    const pieces = [...piecesOf(request)]
    const segments: Segment[] = []
    for (const piece of pieces) {
      const before = segments.at(-1)
      const identity = JSON.stringify([before?.prefix ?? -1, piece.role, withoutMarks(piece.value)])
      segments.push({
        prefix: this.#idOf(identity),
        tokens: (before?.tokens ?? 0) + this.#tokensOf(piece),
        isMarked: isMarked(piece.value),
        isLong: isLong(
          piece.value,
          request['prompt_cache_options'] ?? (piece === pieces.at(-1) && request['cache_control']),
        ),
        tool: toolOf(piece.value),
        endsMessage: piece.endsMessage,
      })
    }
    return {
      segments,
      tokens: segments.at(-1)?.tokens ?? 0,
      isAutomatic: 'cache_control' in request,
      isExplicit: objectOf(request['prompt_cache_options'])['mode'] === 'explicit',
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
  for (const message of listOf(request['messages']).map(objectOf)) {
    const blocks = [...blocksOf(message['content']), ...listOf(message['tool_calls'])]
    const role = String(message['role'])
    for (const [index, value] of blocks.entries()) yield { role, value, endsMessage: index === blocks.length - 1 }
  }
}

/** A plain string is a short form of one block of text. */
function blocksOf(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content)
}

/** The texts of a block, of the blocks in it, and of a call. */
function billedTexts(value: unknown): string[] {
  const { text, content, name, input, function: called } = objectOf(value)
  if (called !== undefined) {
    const { name: calledName, arguments: input } = objectOf(called)
    return billedTexts({ name: calledName, input })
  }
  return [
    ...(typeof text === 'string' ? [text] : []),
    ...blocksOf(content).flatMap(billedTexts),
    ...(typeof name === 'string' ? [name] : []),
    ...(input === undefined ? [] : [typeof input === 'string' ? input : JSON.stringify(input)]),
  ]
}

function isMarked(value: unknown): boolean {
  return marksOf(value).length > 0
}

function marksOf(value: unknown): readonly unknown[] {
  const { cache_control, prompt_cache_breakpoint } = objectOf(value)
  return [cache_control, prompt_cache_breakpoint].filter((mark) => mark !== undefined)
}

/** @param otherwise the lifetime of a mark that has none of its own, or of the mark at the top */
function isLong(value: unknown, otherwise: unknown): boolean {
  const marks = marksOf(value).filter((mark) => 'ttl' in objectOf(mark))
  return (marks.length > 0 ? marks : [otherwise]).some((mark) => ['1h', '12h'].includes(String(objectOf(mark)['ttl'])))
}

function toolOf(value: unknown): Segment['tool'] {
  const { type } = objectOf(value)
  return type === 'tool_use' ? 'call' : type === 'tool_result' ? 'result' : undefined
}

function withoutMarks(value: unknown): unknown {
  const { cache_control: _, prompt_cache_breakpoint: __, ...rest } = objectOf(value)
  return rest
}
