/** Replies of Anthropic messages, whole and streamed (types of `@anthropic-ai/sdk` 1.14). */

import type { ReplyFacts, StreamReader } from '../dialect.ts'
import { anthropicUsage, hasOtherModels } from './anthropic-usage.ts'
import { cacheMissOf, transformationsOf } from './diagnosis.ts'
import { type CallFields, createMadeCalls, madeCallsOf } from './made-calls.ts'
import { errorType, type Fields, fields, known, name, text } from './reply-fields.ts'
import { createStreamReader } from './stream-reader.ts'

export function anthropicReply(reply: unknown): ReplyFacts {
  const message = fields(reply)
  const facts = factsOf(message, fields(message['usage']))
  return known<ReplyFacts>({ ...facts, calls: madeCallsOf(message['content'], callOf) })
}

/** Far more than the API has. Without a limit, a stream with ever new members would fill the memory. */
const MAX_USAGE_MEMBERS = 100

const MENTIONS = /"(?:message_start|message_delta|message_stop|error|tool_use)"/g

/**
 * Usage of the input is in `message_start`, of the output in `message_delta`, cumulative; newer APIs repeat all of it
 * there. A client's call stands in the start of its block. `input_transformations` of `message_delta` replace those of
 * `message_start`.
 */
export function anthropicStreamReader(): StreamReader {
  const usage = new Map<string, unknown>()
  let model: unknown
  const calls = createMadeCalls(callOf)
  return createStreamReader({
    mentions: MENTIONS,
    matters: /"type"\s*:\s*"(?:message_start|message_delta|message_stop|error|tool_use)"|^\{\s*"error"/,
    read(event) {
      const message = fields(event['message'])
      for (const source of [message['usage'], event['usage']]) {
        for (const [member, value] of Object.entries(fields(source))) {
          if (value !== null && (usage.has(member) || usage.size < MAX_USAGE_MEMBERS)) usage.set(member, value)
        }
      }
      model = message['model'] ?? model
      calls.add(event['content_block'])
      const { stop_reason } = fields(event['delta'])
      const { input_transformations, error } = event
      const facts = factsOf({ stop_reason, input_transformations, ...message, model, error }, Object.fromEntries(usage))
      return known<ReplyFacts>({ ...facts, calls: calls.found() })
    },
    isEnd: ({ type }) => type === 'message_stop',
  })
}

function factsOf(message: Fields, usage: Fields): ReplyFacts {
  const reason = text(message['stop_reason'])
  const model = text(message['model'])
  return known<ReplyFacts>({
    usage: anthropicUsage(usage),
    hasOtherModels: hasOtherModels(usage, model) ? true : undefined,
    model,
    id: text(message['id']),
    finishReasons: reason === undefined ? undefined : [reason],
    error: errorType(message['error']),
    transformations: transformationsOf(message['input_transformations']),
    cacheMiss: cacheMissOf(fields(message['diagnostics'])['cache_miss_reason']),
    tier: name(usage['service_tier']),
    speed: name(usage['speed']),
    place: name(usage['inference_geo']),
  })
}

/** Calls of the provider's own tools (`server_tool_use`, `mcp_tool_use`) are answered there. */
function callOf({ type, id, name: tool, caller }: Fields): CallFields | undefined {
  return type === 'tool_use' ? { id, tool, caller } : undefined
}
