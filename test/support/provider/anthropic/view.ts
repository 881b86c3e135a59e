/** A conversation as the provider compares it (PC section 1.2). */

import { createHash } from 'node:crypto'
import { canonical } from '../canonical.ts'
import { type Fields, fieldsOf, listOf } from '../server.ts'

/** What a prefix is made of: all else in a request is not compared. */
export interface View {
  readonly system: unknown
  readonly tools: readonly Fields[]
  readonly messages: readonly Fields[]
}

/** A block of thinking where it stands. */
export interface Bound {
  /** `messages.1.content.0`, as in the provider's own words. */
  readonly path: string
  readonly block: Fields
  readonly position: Position
}

/** A place in a conversation. */
export interface Position {
  /** Hash of all content before it, but for thinking. */
  readonly prefix: string
  /** The seal of the thinking before it; empty when there is none. */
  readonly previous: string
}

export function viewOf(json: Fields): View {
  return { system: json['system'], tools: listOf(json['tools']), messages: listOf(json['messages']) }
}

export function isThinking(block: Fields): boolean {
  return block['type'] === 'thinking' || block['type'] === 'redacted_thinking'
}

/** The sealed part of a block of thinking. */
export function sealOf(block: Fields): string {
  return String(block['type'] === 'redacted_thinking' ? block['data'] : block['signature'])
}

/** Every block of thinking, in order, and the position behind the last message. */
export function positionsIn({ system, tools, messages }: View): { bound: Bound[]; end: Position } {
  const hash = createHash('sha256')
  hash.update(canonical(contentOf(system)))
  hash.update(canonical(tools.map((tool) => canonical(tool)).sort()))
  const bound: Bound[] = []
  let previous = ''
  const position = (): Position => ({ prefix: hash.copy().digest('base64url'), previous })
  for (const [i, message] of messages.entries()) {
    let isBegun = false
    for (const [j, block] of rawContent(message['content']).entries()) {
      if (isThinking(block)) {
        bound.push({ path: `messages.${i}.content.${j}`, block, position: position() })
        previous = sealOf(block).slice(-16)
        continue
      }
      const counted = contentOf([block])
      if (counted.length === 0) continue
      if (!isBegun) hash.update(`\n${message['role']}`)
      isBegun = true
      hash.update(canonical(counted))
    }
  }
  return { bound, end: position() }
}

/** Blocks of a content as they are, a string as one of text. */
export function rawContent(content: unknown): readonly Fields[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content)
}

/** Blocks as they are compared: text without outer white space, blank text left out. */
function contentOf(content: unknown): readonly Fields[] {
  return rawContent(content).flatMap((block) => {
    if (block['type'] === 'text') {
      const text = String(block['text']).trim()
      return text === '' ? [] : [{ ...block, text }]
    }
    return [block['type'] === 'tool_result' ? { ...block, content: contentOf(block['content']) } : block]
  })
}

/** Every result of a tool, with its call. */
export function resultsIn({
  messages,
}: View): { readonly result: Fields; readonly call: Fields; readonly message: number }[] {
  const calls = new Map<unknown, Fields>()
  return messages.flatMap((message, at) =>
    rawContent(message['content']).flatMap((block) => {
      if (block['type'] === 'tool_use') calls.set(block['id'], block)
      if (block['type'] !== 'tool_result') return []
      return [{ result: block, call: fieldsOf(calls.get(block['tool_use_id'])), message: at }]
    }),
  )
}

/** The text of a result as one string, as a program reads it. */
export function textOf(result: Fields): string {
  return rawContent(result['content'])
    .map((block) => (block['type'] === 'text' ? String(block['text']) : ''))
    .join('')
}
