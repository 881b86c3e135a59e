/** Replies of OpenAI chat completions, and of the many servers with the same form, whole and streamed. */

import type { ReplyFacts, StreamReader } from '../dialect.ts'
import { chatUsage } from './chat-usage.ts'
import { count, errorType, type Fields, fields, known, list, name, text } from './reply-fields.ts'
import { createStreamReader } from './stream-reader.ts'

export function chatReply(reply: unknown): ReplyFacts {
  const body = fields(reply)
  return known<ReplyFacts>({ ...factsOf(body), finishReasons: reasonsOf(finishReasons(body)) })
}

/**
 * The largest `n` of a request. Without a limit, a stream with ever new indexes would cost the square of its length.
 */
const MAX_CHOICES = 128

/** Most chunks have a usage and a finish reason of null. */
const MENTIONS = /"(?:usage|finish_reason)"(?!: ?null)|"error"|\[DONE\]/g

/** Usage is in a last chunk with `choices: []`, or in every chunk; a finish reason comes once per choice. */
export function chatStreamReader(): StreamReader {
  const reasons = new Map<number, string>()
  const reader = createStreamReader({
    mentions: MENTIONS,
    matters: /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"[^"]|"error"\s*:/,
    read(chunk) {
      for (const [index, reason] of finishReasons(chunk)) {
        if (reasons.has(index) || reasons.size < MAX_CHOICES) reasons.set(index, reason)
      }
      return known<ReplyFacts>({ ...factsOf(chunk), finishReasons: reasonsOf(reasons) })
    },
    isEnd: () => false,
  })
  let isDone = false
  return {
    event(data) {
      if (data.startsWith('[DONE]')) isDone = true
      else reader.event(data)
    },
    next: reader.next,
    facts: reader.facts,
    get isEnded() {
      return isDone || reader.isEnded
    },
  }
}

/** Calls are left out: the next request holds them. */
function factsOf(body: Fields): { [K in keyof ReplyFacts]: ReplyFacts[K] | undefined } {
  return {
    usage: chatUsage(body),
    model: text(body['model']),
    id: text(body['id']),
    error: errorType(body['error']),
    // Mistral has it beside the usage.
    tier: name(body['service_tier']) ?? name(fields(body['usage'])['service_tier']),
  }
}

/** By the choice's index, for `n` above 1. */
function finishReasons(body: Fields): Map<number, string> {
  const reasons = new Map<number, string>()
  for (const [place, item] of list(body['choices']).entries()) {
    const choice = fields(item)
    const reason = text(choice['finish_reason'])
    if (reason !== undefined) reasons.set(count(choice['index']) ?? place, reason)
  }
  return reasons
}

function reasonsOf(reasons: ReadonlyMap<number, string>): readonly string[] | undefined {
  if (reasons.size === 0) return undefined
  return [...reasons].sort(([a], [b]) => a - b).map(([, reason]) => reason)
}
