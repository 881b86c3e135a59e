/** Replies of OpenAI chat completions, and of the many servers with the same form, whole and streamed. */

import type { ReplyFacts, StreamReader } from '../dialect.ts'
import { chatUsage } from './chat-usage.ts'
import { count, errorType, type Fields, fields, known, list, name, text } from './reply-fields.ts'
import { createStreamReader } from './stream-reader.ts'

export function chatReply(reply: unknown): ReplyFacts {
  const body = fields(reply)
  return known<ReplyFacts>({ ...factsOf(body), finishReasons: reasonsOf(withReasons(body, undefined)) })
}

/**
 * The largest `n` of a request. Without a limit, a stream with ever new indexes would cost the square of its length.
 */
const MAX_CHOICES = 128

/** Most chunks have a usage and a finish reason of null. */
const MENTIONS = /"(?:usage|finish_reason)"(?!: ?null)|"error"|\[DONE\]/g

/** Usage is in a last chunk with `choices: []`, or in every chunk; a finish reason comes once per choice. */
export function chatStreamReader(): StreamReader {
  let reasons: Reasons | undefined
  const reader = createStreamReader({
    mentions: MENTIONS,
    matters: /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"[^"]|"error"\s*:/,
    read(chunk) {
      reasons = withReasons(chunk, reasons, MAX_CHOICES)
      return known<ReplyFacts>({ ...factsOf(chunk), finishReasons: reasonsOf(reasons) })
    },
    isEnd: () => false,
  })
  return new UntilDone(reader)
}

/** Ends with `[DONE]`, which is no JSON. */
class UntilDone implements StreamReader {
  readonly #reader: StreamReader
  #isDone = false

  constructor(reader: StreamReader) {
    this.#reader = reader
  }

  event(data: string): void {
    if (data.startsWith('[DONE]')) this.#isDone = true
    else this.#reader.event(data)
  }

  next(raw: string, from: number): number {
    return this.#reader.next(raw, from)
  }

  facts(): ReplyFacts {
    return this.#reader.facts()
  }

  get isEnded(): boolean {
    return this.#isDone || this.#reader.isEnded
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
type Reasons = Map<number, string>

/** Adds the reasons of a reply or chunk, and makes the map for the first one. */
function withReasons(
  body: Fields,
  known: Reasons | undefined,
  maxChoices = Number.POSITIVE_INFINITY,
): Reasons | undefined {
  let reasons = known
  for (const [place, item] of list(body['choices']).entries()) {
    const choice = fields(item)
    const reason = text(choice['finish_reason'])
    if (reason === undefined) continue
    const index = count(choice['index']) ?? place
    reasons ??= new Map()
    if (reasons.has(index) || reasons.size < maxChoices) reasons.set(index, reason)
  }
  return reasons
}

function reasonsOf(reasons: Reasons | undefined): readonly string[] | undefined {
  if (reasons === undefined) return undefined
  return [...reasons].sort(([a], [b]) => a - b).map(([, reason]) => reason)
}
