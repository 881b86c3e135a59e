/** Message threads: the server holds the conversation (PC section 6.2). */

import { canonical } from '../canonical.ts'
import { type Fields, fieldsOf } from '../server.ts'
import { refuse } from './errors.ts'
import type { Message } from './message.ts'
import { type View, viewOf } from './view.ts'

const THREADS_BETA = 'message-threads-2026-08-12'

/** Fields that stay the same in a thread, beside the set of beta values. */
const FIXED = ['model', 'thinking', 'tool_choice', 'cache_control', 'output_config'] as const

export interface ThreadRequest {
  readonly json: Fields
  readonly betas: ReadonlySet<string>
  /** The key of the caller: another one does not find the thread. */
  readonly account: string
}

interface Stored {
  readonly view: View
  readonly fingerprint: Fields
  readonly account: string
  isContinued: boolean
}

/** The conversations of all threads, by the id of each one's last reply. */
export class Threads {
  readonly #stored = new Map<string, Stored>()

  /**
   * The whole conversation of a request, in a thread or not.
   * @throws Refusal `thread_not_found`, `thread_already_continued`, `thread_fingerprint_mismatch`
   */
  resolve(request: ThreadRequest): View {
    const { json, betas, account } = request
    const thread = json['thread']
    if (thread === undefined || thread === null) return viewOf(json)
    if (!betas.has(THREADS_BETA)) throw refuse('thread: Extra inputs are not permitted')
    const { type, previous_message_id: id } = fieldsOf(thread)
    if (type === 'create') return viewOf(json)
    const stored = this.#stored.get(String(id))
    if (stored === undefined || stored.account !== account) {
      const message = `thread: no state was found for previous_message_id ${id}`
      throw refuse(message, { status: 404, type: 'not_found_error', code: 'thread_not_found' })
    }
    if (stored.isContinued) {
      throw refuse('thread: that response has already been continued', { code: 'thread_already_continued' })
    }
    requireSame(stored.fingerprint, fingerprintOf(request))
    return { ...stored.view, messages: [...stored.view.messages, ...viewOf(json).messages] }
  }

  /** Stores the conversation of an answered request, its reply included. */
  store(request: ThreadRequest, view: View, reply: Message): void {
    const { type, previous_message_id: previous } = fieldsOf(request.json['thread'])
    if (type === undefined) return
    const before = this.#stored.get(String(previous))
    if (before !== undefined) before.isContinued = true
    const messages = [...view.messages, { role: 'assistant', content: reply.content }]
    const { account } = request
    this.#stored.set(reply.id, {
      view: { ...view, messages },
      fingerprint: fingerprintOf(request),
      account,
      isContinued: false,
    })
  }

  /** As if five minutes had passed. */
  expire(): void {
    this.#stored.clear()
  }
}

function fingerprintOf({ json, betas }: ThreadRequest): Fields {
  return { ...Object.fromEntries(FIXED.map((name) => [name, json[name]])), 'anthropic-beta': [...betas].sort() }
}

function requireSame(stored: Fields, sent: Fields): void {
  const differing = Object.keys(stored).filter((name) => canonical([stored[name]]) !== canonical([sent[name]]))
  // `canonical` leaves marks out, which is right for prefixes and wrong for the mark of the whole request.
  if (JSON.stringify(stored['cache_control']) !== JSON.stringify(sent['cache_control'])) differing.push('cache_control')
  if (differing.length === 0) return
  const message = `thread: the request does not match its thread; differing field(s): ${differing.join(', ')}`
  throw refuse(message, { code: 'thread_fingerprint_mismatch' })
}
