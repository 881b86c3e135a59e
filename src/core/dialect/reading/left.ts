/**
 * Content that is never rewritten: made by the provider's tools, cited, referenced, or no text at all. Its text is input
 * of the model all the same, so it is billed (docs/spec/compression.md, Which text).
 */

import { childrenOf, type JsonTape, kindOf, memberOf, nextOf, textOf } from '../../json/index.ts'
import { hasAnyMember, isFilled, memberText } from './members.ts'
import type { Notes } from './notes.ts'

/** Members that the model reads, if they are strings, or lists of strings. */
const TEXTS = new Set([
  'text',
  'title',
  'context',
  'content',
  'source',
  'output',
  'stdout',
  'stderr',
  'logs',
  'lines',
  'code',
  'result',
  'url',
  'path',
  'filename',
  'tool_name',
  'refusal',
  'queries',
])

/** Members that the model does not read, or that are billed as a call. */
const SKIPPED = new Set([
  'cache_control',
  'caller',
  'citations',
  'arguments',
  'input',
  'action',
  'actions',
  'operation',
  'tools',
])

/** Types of parts and of their sources that are no text, in every dialect. */
const MEDIA = /image|audio|video|screenshot|^(?:base64|url|file|container_upload|input_file|document_url)$/

/** Bills the text of a part or an item, and notes media in it. Encrypted members are none of the texts. */
export function readLeft(tape: JsonTape, { node, type }: { node: number; type: string }, notes: Notes): void {
  if (kindOf(tape, node) !== 'object') return
  if (MEDIA.test(type)) {
    notes.media()
    return
  }
  const end = nextOf(tape, node)
  for (let key = node + 1; key < end; ) {
    const value = nextOf(tape, key)
    readMember(tape, { name: textOf(tape, key) ?? '', value, isText: type === 'text' }, notes)
    key = nextOf(tape, value)
  }
}

interface Member {
  readonly name: string
  readonly value: number
  /** A document's plain text is `data` of a source of type `text`. */
  readonly isText: boolean
}

function readMember(tape: JsonTape, { name, value, isText }: Member, notes: Notes): void {
  switch (kindOf(tape, value)) {
    case 'string':
      if (TEXTS.has(name) || (isText && name === 'data')) notes.text({ node: value, path: '' }, {})
      return
    case 'object':
      if (!SKIPPED.has(name)) readLeft(tape, { node: value, type: memberText(tape, value, 'type') ?? '' }, notes)
      return
    case 'array':
      if (!SKIPPED.has(name)) readList(tape, { name, value, isText }, notes)
      return
    default:
  }
}

function readList(tape: JsonTape, { name, value, isText }: Member, notes: Notes): void {
  for (const element of childrenOf(tape, value)) readMember(tape, { name, value: element, isText }, notes)
}

/** Members of a message, beside its content, that hold media. */
const ATTACHED = ['images', 'audio']

export function readAttached(tape: JsonTape, message: number, notes: Notes): void {
  if (!hasAnyMember(tape, message, ATTACHED)) return
  if (ATTACHED.some((name) => isFilled(tape, memberOf(tape, message, name)))) notes.media()
}
