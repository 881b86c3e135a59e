/** Builds a request's facts from a dialect's notes and the members that have one name in all dialects. */

import { hasOnly, isString, type JsonTape, kindOf, memberOf } from '../../json/index.ts'
import type { RequestFacts, ThreadFacts } from '../dialect.ts'
import { answerSchemaOf } from './answer-schema.ts'
import { contextMayDrop, threadOf } from './context.ts'
import { memberText } from './members.ts'
import type { Notes } from './notes.ts'
import type { ReadParameters } from './parameters.ts'

export interface OwnFacts {
  readonly notes: Notes
  readonly parameters: ReadParameters
  /** The object with the parameters; by default the body itself. */
  readonly parametersNode?: number
  /** Does a request without `stream` get a stream? */
  readonly isStreamByDefault?: boolean
}

/** They say nothing of an answer's schema, a session, a thread or the context. Most requests have no other members. */
const PLAIN = [
  'messages',
  'model',
  'stream',
  'max_tokens',
  'tools',
  'temperature',
  'system',
  'stream_options',
  'max_completion_tokens',
  'tool_choice',
  'top_p',
]

export function requestFacts(tape: JsonTape, own: OwnFacts): RequestFacts {
  const isPlain = hasOnly(tape, 0, PLAIN)
  if (!isPlain) own.notes.schema(answerSchemaOf(tape), { isHead: true })
  const found = own.notes.found()
  const thread = isPlain ? undefined : threadOf(tape)
  const { key, continuesResponse, previous } = isPlain ? UNNAMED : namesOf(tape, thread)
  const stream = kindOf(tape, memberOf(tape, 0, 'stream'))
  // Member by member: a spread into a new object costs as much as to read one.
  return {
    model: memberText(tape, 0, 'model'),
    isStream: own.isStreamByDefault ? stream !== 'false' : stream === 'true',
    parameters: own.parameters(tape, own.parametersNode ?? 0),
    blocks: found.blocks,
    billed: found.billed,
    reasoning: found.reasoning,
    lastAssistant: found.lastAssistant,
    hasMedia: found.hasMedia,
    session: { opening: found.opening, key, continuesResponse, previous },
    context: { mayDrop: !isPlain && contextMayDrop(tape), compactions: found.compactions },
    thread,
  }
}

type Names = Omit<RequestFacts['session'], 'opening'>

/** Of a request that names neither its session nor a reply. */
const UNNAMED: Names = { key: undefined, continuesResponse: false, previous: undefined }

function namesOf(tape: JsonTape, thread: ThreadFacts | undefined): Names {
  const previous = thread?.previous ?? memberText(tape, 0, 'previous_response_id')
  return {
    key: conversationOf(tape) ?? memberText(tape, 0, 'prompt_cache_key'),
    continuesResponse: thread?.kind === 'continue' || isPresent(tape, memberOf(tape, 0, 'previous_response_id')),
    previous: previous === '' ? undefined : previous,
  }
}

/** `conversation` is an id, or an object that has one (OpenAI Responses). */
function conversationOf(tape: JsonTape): string | undefined {
  const conversation = memberOf(tape, 0, 'conversation')
  return memberText(tape, 0, 'conversation') ?? memberText(tape, conversation, 'id')
}

function isPresent(tape: JsonTape, node: number): boolean {
  return kindOf(tape, node) === 'string' && !isString(tape, node, '')
}
