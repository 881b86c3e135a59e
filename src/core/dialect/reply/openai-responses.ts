/** Replies of OpenAI Responses, whole and streamed (types of `openai` 7.59). */

import type { ReplyFacts, StreamReader, Usage } from '../dialect.ts'
import { cacheMissOf, transformationsOf } from './diagnosis.ts'
import { type CallFields, createMadeCalls, madeCallsOf } from './made-calls.ts'
import { count, errorType, type Fields, fields, known, knownUsage, list, name, text } from './reply-fields.ts'
import { createStreamReader } from './stream-reader.ts'

export function responsesReply(reply: unknown): ReplyFacts {
  const response = fields(reply)
  return known<ReplyFacts>({ ...factsOf(response), calls: madeCallsOf(response['output'], callOf) })
}

const MENTIONS =
  /"(?:response\.(?:created|completed|failed|incomplete)|error|(?:function|custom_tool|shell|local_shell|apply_patch)_call)"/g

/**
 * The last event carries the whole response. The first one carries its id and model, for streams that break. Servers that
 * leave `output` empty at the end have sent each call as an item.
 */
export function responsesStreamReader(): StreamReader {
  const calls = createMadeCalls(callOf)
  return createStreamReader({
    mentions: MENTIONS,
    matters:
      /"type"\s*:\s*"(?:response\.(?:created|completed|failed|incomplete)|error|(?:function|custom_tool|shell|local_shell|apply_patch)_call)"|^\{\s*"error"/,
    read(event) {
      const { type } = event
      if (type === 'response.output_item.added' || type === 'response.output_item.done') {
        calls.add(event['item'])
        return known<ReplyFacts>({ calls: calls.found() })
      }
      const response = fields(event['response'])
      const facts = factsOf(response)
      if (type === 'response.created') return known<ReplyFacts>({ id: facts.id, model: facts.model })
      if (type === 'error' || event['error'] !== undefined) {
        return known<ReplyFacts>({ error: errorType(event['error']) ?? errorType({ code: event['code'] }) })
      }
      for (const item of list(response['output'])) calls.add(item)
      return known<ReplyFacts>({ ...facts, calls: calls.found() })
    },
    isEnd: ({ type }) => type === 'response.completed' || type === 'response.failed' || type === 'response.incomplete',
  })
}

function factsOf(response: Fields): ReplyFacts {
  // `completed`, or the reason why not (`max_output_tokens`, `content_filter`).
  const reason = text(fields(response['incomplete_details'])['reason']) ?? text(response['status'])
  return known<ReplyFacts>({
    usage: usageOf(fields(response['usage'])),
    model: text(response['model']),
    id: text(response['id']),
    finishReasons: reason === undefined ? undefined : [reason],
    error: errorType(response['error']),
    transformations: transformationsOf(response['input_transformations']),
    cacheMiss: cacheMissOf(response['prompt_cache_diagnostics']),
    tier: name(response['service_tier']),
  })
}

function usageOf(usage: Fields): Usage | undefined {
  const input = fields(usage['input_tokens_details'])
  const output = fields(usage['output_tokens_details'])
  return knownUsage({
    input: count(usage['input_tokens']),
    output: count(usage['output_tokens']),
    cacheRead: count(input['cached_tokens']),
    cacheCreation: count(input['cache_write_tokens']),
    cacheCreation12h: count(fields(input['cache_write_tokens_details'])['ttl_12h_tokens']),
    reasoning: count(output['reasoning_tokens']),
  })
}

/** Tools without a name of the client's are named by their kind. */
const NAMES: Readonly<Record<string, string>> = {
  shell_call: 'shell',
  local_shell_call: 'local_shell',
  apply_patch_call: 'apply_patch',
}

/** Calls of the provider's own tools (`mcp_call`, a shell in its container) are answered there. */
function callOf(item: Fields): CallFields | undefined {
  const { type, call_id: id, caller } = item
  if ((text(fields(item['environment'])['type']) ?? 'local') !== 'local') return undefined
  if (type === 'function_call' || type === 'custom_tool_call') return { id, tool: item['name'], caller }
  if (typeof type !== 'string' || !Object.hasOwn(NAMES, type)) return undefined
  return { id, tool: NAMES[type], caller }
}
