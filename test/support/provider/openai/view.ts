/**
 * The input of a Responses call as the provider compares it (PC section 2). The exact rule is not documented: here text
 * counts to the letter, and ids and states of items do not.
 */

import { createHash } from 'node:crypto'
import { canonical } from '../canonical.ts'
import { type Fields, fieldsOf, listOf } from '../server.ts'

/** What a prefix is made of. From GPT-6.2 on `instructions` are no part of it. */
export interface View {
  readonly tools: readonly Fields[]
  /** `text.format`. */
  readonly format: unknown
  readonly items: readonly Fields[]
}

export interface Reasoning {
  readonly item: Fields
  /** Hash of all that stands before it, but for reasoning. */
  readonly prefix: string
}

/** @param earlier the items of the response that this one continues */
export function viewOf(json: Fields, earlier: readonly Fields[]): View {
  const format = fieldsOf(json['text'])['format']
  return { tools: listOf(json['tools']), format, items: [...earlier, ...itemsOf(json['input'])] }
}

/** Every item of reasoning, in order, and the prefix of a reply. */
export function reasoningIn({ tools, format, items }: View): { found: Reasoning[]; end: string } {
  const hash = createHash('sha256').update(canonical([tools, format]))
  const found: Reasoning[] = []
  for (const item of items) {
    if (item['type'] === 'reasoning') found.push({ item, prefix: hash.copy().digest('base64url') })
    else hash.update(`\n${canonical(compared(item))}`)
  }
  return { found, end: hash.digest('base64url') }
}

/** Every result of a tool, with its call. */
export function resultsIn({ items }: View): { readonly result: Fields; readonly call: Fields; readonly at: number }[] {
  const calls = new Map(items.filter(isCall).map((item) => [item['call_id'], item]))
  return items.flatMap((result, at) =>
    isOutput(result) ? [{ result, call: fieldsOf(calls.get(result['call_id'])), at }] : [],
  )
}

export function isOutput({ type }: Fields): boolean {
  return String(type).endsWith('_call_output')
}

/** The text of a result as one string, as a program reads it. */
export function textOf({ output }: Fields): string {
  if (typeof output === 'string') return output
  const parts = listOf(output).map((part) => [part['text'], part['stdout'], part['stderr']])
  return parts
    .flat()
    .filter((text) => typeof text === 'string')
    .join('')
}

/** The texts of a message. */
export function messageTexts({ content }: Fields): readonly string[] {
  return typeof content === 'string' ? [content] : listOf(content).map(({ text }) => String(text ?? ''))
}

function isCall({ type }: Fields): boolean {
  return String(type).endsWith('_call')
}

function itemsOf(input: unknown): readonly Fields[] {
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : listOf(input)
}

/** A string is one text, and an item without a type is a message. */
function compared({ id: _id, status: _status, ...item }: Fields): Fields {
  const isMessage = (item['type'] ?? 'message') === 'message'
  if (isMessage) return { type: 'message', role: item['role'], content: messageTexts(item) }
  return isOutput(item) && !item['type']?.toString().includes('shell') ? { ...item, output: textOf(item) } : item
}
