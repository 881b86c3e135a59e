/**
 * Anthropic's side of the contracts, as far as its documentation tells: thinking bound to the prefix, message threads,
 * content that the server clears, and programs that read results. A request that breaks one is refused in the words of
 * the API; a rule that the API does not enforce is written down for the test.
 */

import { planOf } from '../plan.ts'
import { callerMember, isReadByProgram, runProgram } from '../programs.ts'
import {
  type Fields,
  fieldsOf,
  isNamedIn,
  listOf,
  type ProviderCall,
  type ProviderReply,
  Refusal,
  type StandIn,
  startProvider,
  tokensOf,
} from '../server.ts'
import { clear } from './clearing.ts'
import { refuse } from './errors.ts'
import { eventsOf, type Message, messageOf, usageOf } from './message.ts'
import {
  type Behaviour,
  type Bindings,
  CONTROLS_BETA,
  checkThinking,
  type Enforcement,
  NEW_ACCOUNT,
  type Transformation,
  thinkingAt,
} from './thinking.ts'
import { type ThreadRequest, Threads } from './threads.ts'
import { resultsIn, textOf, type View, viewOf } from './view.ts'

type Request = Omit<ProviderCall, 'status'>

export interface AnthropicOptions {
  /** Default always. */
  readonly enforce?: Enforcement
  /** The usage of a reply; default: a quarter of the characters, and no cache. */
  readonly usage?: (request: Fields) => Fields
}

export interface AnthropicProvider extends StandIn {
  /** Forgets all threads, as after five minutes. */
  expireThreads(): void
}

export async function startAnthropic(options: AnthropicOptions = {}): Promise<AnthropicProvider> {
  const state: State = {
    ...options,
    threads: new Threads(),
    transformations: [],
    dangling: [],
    ids: 0,
    batches: new Map(),
  }
  const provider = await startProvider((request) => route(state, request))
  const { transformations, dangling, threads } = state
  return { ...provider, transformations, dangling, resultsOf, expireThreads: () => threads.expire() }
}

function resultsOf(json: Fields): ReturnType<StandIn['resultsOf']> {
  return resultsIn(viewOf(json)).map(({ result }) => ({ id: String(result['tool_use_id']), text: textOf(result) }))
}

interface State extends AnthropicOptions {
  readonly threads: Threads
  readonly transformations: Transformation[]
  readonly dangling: string[]
  readonly batches: Map<string, readonly Fields[]>
  ids: number
}

const BATCH = /^\/v1\/messages\/batches\/(\w+)(\/results)?$/

function route(state: State, request: Request): ProviderReply {
  const { method, path } = request
  if (path === '/v1/messages') return answerMessage(state, request)
  if (path === '/v1/messages/count_tokens') return countTokens(state, request)
  if (path === '/v1/messages/batches' && method === 'POST') return createBatch(state, request)
  const [, id = '', results] = BATCH.exec(path) ?? []
  const lines = state.batches.get(id)
  if (lines === undefined) throw refuse('not found', { status: 404, type: 'not_found_error' })
  return results === undefined ? { json: batchOf(id) } : { json: {}, lines }
}

function answerMessage(state: State, request: Request): ProviderReply {
  const message = messageFor(state, request, defaultOf(state, request))
  return { json: message, events: eventsOf(message) }
}

function messageFor(state: State, request: Request, byDefault: Behaviour): Message {
  const { json } = request
  const threaded = threadOf(request)
  const whole = state.threads.resolve(threaded)
  const bindings = bind(state, request, { whole, byDefault })
  const { transformations } = bindings
  for (const { result, call } of resultsIn(whole)) if (isReadByProgram(call['caller'])) runProgram(textOf(result))
  const cleared = clear(bindings.view, json['context_management'])
  state.dangling.push(...cleared.names.filter((name) => cleared.texts.some((text) => isNamedIn(text, name))))
  const isListed = transformations.length > 0 && betasOf(request).has(CONTROLS_BETA)
  const message = messageOf({
    id: `msg_${++state.ids}`,
    model: json['model'],
    content: contentFor(state, request, bindings),
    usage: state.usage?.(json) ?? usageOf(tokensOf(JSON.stringify(whole))),
    more: {
      ...(isListed && { input_transformations: transformations }),
      ...(cleared.edits.length > 0 && { context_management: { applied_edits: cleared.edits } }),
    },
  })
  state.threads.store(threaded, whole, message)
  return message
}

function contentFor(state: State, request: Request, { end, view }: Bindings): Fields[] {
  const { calls, reasoning = 'plain' } = planOf(request)
  const thinking = reasoning === 'none' ? [] : [thinkingAt(end, reasoning === 'redacted')]
  const uses = calls.map(({ name, caller }) => {
    const id = `toolu_${(++state.ids).toString(36)}`
    return { type: 'tool_use', id, name, input: { page: state.ids }, ...callerMember(caller, view.tools) }
  })
  return [...thinking, { type: 'text', text: uses.length > 0 ? 'I shall look.' : 'That is all.' }, ...uses]
}

/** Free of charge, and with the same check. */
function countTokens(state: State, request: Request): ProviderReply {
  const whole = state.threads.resolve(threadOf(request))
  const { view } = bind(state, request, { whole, byDefault: defaultOf(state, request) })
  return { json: { input_tokens: tokensOf(JSON.stringify(view)) } }
}

/** In a batch a mismatch is dropped unless its row asks for an error. */
function createBatch(state: State, request: Request): ProviderReply {
  const id = `batch_${++state.ids}`
  const lines = listOf(request.json['requests']).map((row) => {
    const one = { ...request, json: fieldsOf(row['params']) }
    return { custom_id: row['custom_id'], result: rowResult(() => messageFor(state, one, 'drop_block')) }
  })
  state.batches.set(id, lines)
  return { json: batchOf(id) }
}

function rowResult(answer: () => Message): Fields {
  try {
    return { type: 'succeeded', message: answer() }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { type: 'errored', error: error.reply.json }
  }
}

function batchOf(id: string): Fields {
  return { id, type: 'message_batch', processing_status: 'ended', results_url: `/v1/messages/batches/${id}/results` }
}

function bind(state: State, request: Request, { whole, byDefault }: { whole: View; byDefault: Behaviour }): Bindings {
  const thinking = fieldsOf(request.json['thinking'])
  const bindings = checkThinking({ view: whole, thinking, betas: betasOf(request), byDefault })
  state.transformations.push(...bindings.transformations)
  return bindings
}

function defaultOf({ enforce = 'always' }: State, request: Request): Behaviour {
  const isNew = accountOf(request).includes(NEW_ACCOUNT)
  return enforce === 'always' || (enforce === 'newAccounts' && isNew) ? 'error' : 'allow'
}

function threadOf(request: Request): ThreadRequest {
  return { json: request.json, betas: betasOf(request), account: accountOf(request) }
}

function accountOf({ headers }: Request): string {
  return String(headers['x-api-key'] ?? headers.authorization)
}

function betasOf({ headers }: Request): ReadonlySet<string> {
  return new Set(
    String(headers['anthropic-beta'] ?? '')
      .split(/\s*,\s*/)
      .filter((beta) => beta !== ''),
  )
}
