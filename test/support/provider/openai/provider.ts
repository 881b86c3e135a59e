/**
 * OpenAI's side of the contracts for GPT-6.2: reasoning is bound to the input before it, and is left out in silence where
 * that changed; responses are stored; the server may truncate; programs read results.
 */

import { planOf } from '../plan.ts'
import { isReadByProgram, runProgram } from '../programs.ts'
import { seal, unseal } from '../seal.ts'
import {
  type Fields,
  isNamedIn,
  type ProviderCall,
  type ProviderReply,
  Refusal,
  type StandIn,
  startProvider,
  tokensOf,
} from '../server.ts'
import { clear } from './clearing.ts'
import { refuse } from './errors.ts'
import { callItem, eventsOf, responseOf, usageOf } from './response.ts'
import { reasoningIn, resultsIn, textOf, type View, viewOf } from './view.ts'

type Request = Omit<ProviderCall, 'status'>

export type OpenAIProvider = StandIn

export interface OpenAIOptions {
  /** The usage of a reply; default: a quarter of the characters, and no cache. */
  readonly usage?: (request: Fields) => Fields
}

export async function startOpenAI(options: OpenAIOptions = {}): Promise<OpenAIProvider> {
  const state: State = { ...options, stored: new Map(), transformations: [], dangling: [], ids: 0 }
  const provider = await startProvider((request) => route(state, request))
  const { transformations, dangling } = state
  return { ...provider, transformations, dangling, resultsOf }
}

function resultsOf(json: Fields): ReturnType<StandIn['resultsOf']> {
  return resultsIn(viewOf(json, [])).map(({ result }) => ({ id: String(result['call_id']), text: textOf(result) }))
}

interface State extends OpenAIOptions {
  /** The items of each stored response, its input among them. */
  readonly stored: Map<string, readonly Fields[]>
  readonly transformations: Fields[]
  readonly dangling: string[]
  ids: number
}

function route(state: State, request: Request): ProviderReply {
  const { path } = request
  if (path === '/v1/responses') return respond(state, request)
  if (path === '/v1/responses/compact') return compact(state, request)
  if (path === '/v1/responses/input_tokens') return countTokens(state, request)
  throw new Refusal({ status: 404, json: { error: { message: 'not found', type: 'invalid_request_error' } } })
}

function respond(state: State, request: Request): ProviderReply {
  const { json } = request
  const whole = wholeOf(state, json)
  const { view, transformations } = leaveOut(state, whole)
  for (const { result, call } of resultsIn(whole)) {
    if (isReadByProgram(call['caller'], result['caller'])) runProgram(textOf(result))
  }
  const { texts, names } = clear(view, json)
  state.dangling.push(...names.filter((name) => texts.some((text) => isNamedIn(text, name))))
  const response = responseOf({
    id: `resp_${++state.ids}`,
    request: json,
    output: outputFor(state, request, whole),
    usage: state.usage?.(json) ?? usageOf(tokensOf(JSON.stringify(whole))),
    transformations,
  })
  if (json['store'] !== false) state.stored.set(response.id, [...whole.items, ...response.output])
  return { json: response, events: eventsOf(response) }
}

function outputFor(state: State, request: Request, whole: View): Fields[] {
  const { calls, reasoning = 'plain' } = planOf(request)
  const id = `rs_${++state.ids}`
  const thought = { id, type: 'reasoning', summary: [], encrypted_content: seal(reasoningIn(whole).end) }
  const said = {
    id: `msg_${state.ids}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'That is all.', annotations: [] }],
  }
  return [
    ...(reasoning === 'none' ? [] : [thought]),
    ...(calls.length > 0 ? calls.map((call) => callItem(call, { number: ++state.ids, tools: whole.tools })) : [said]),
  ]
}

/** Replaces the conversation by its user messages and one item for all the rest. */
function compact(state: State, { json }: Request): ProviderReply {
  const whole = wholeOf(state, json)
  leaveOut(state, whole)
  const id = `cmp_${++state.ids}`
  const said = whole.items.filter(({ role }) => role === 'user')
  const output = [...said, { id, type: 'compaction', encrypted_content: seal(reasoningIn(whole).end) }]
  const usage = usageOf(tokensOf(JSON.stringify(whole)))
  return {
    json: { id: `resp_${++state.ids}`, object: 'response.compaction', created_at: 1_795_000_000, output, usage },
  }
}

function countTokens(state: State, { json }: Request): ProviderReply {
  const { view } = leaveOut(state, wholeOf(state, json))
  return { json: { object: 'response.input_tokens', input_tokens: tokensOf(JSON.stringify(view)) } }
}

function wholeOf({ stored }: State, json: Fields): View {
  const previous = json['previous_response_id']
  if (previous === undefined || previous === null) return viewOf(json, [])
  const earlier = stored.get(String(previous))
  if (earlier !== undefined) return viewOf(json, earlier)
  const message = `Previous response with id '${previous}' not found.`
  throw refuse(message, 'previous_response_not_found', 'previous_response_id')
}

/** Leaves out reasoning of another history. A later item is checked as if the earlier ones had stayed. */
function leaveOut(state: State, view: View): { view: View; transformations: readonly Fields[] } {
  const { found } = reasoningIn(view)
  const failing = found.filter(({ item, prefix }) => {
    const sealed = unseal(item['encrypted_content'])
    if (sealed === undefined) {
      throw refuse('The encrypted content could not be verified.', 'invalid_encrypted_content', 'input')
    }
    return sealed[0] !== prefix
  })
  const gone = new Set(failing.map(({ item }) => item))
  const transformations = failing.map(({ item }) => {
    return { type: 'reasoning', id: item['id'], action: 'removed', reason: 'prefix_mismatch' }
  })
  state.transformations.push(...transformations)
  return { view: { ...view, items: view.items.filter((item) => !gone.has(item)) }, transformations }
}
