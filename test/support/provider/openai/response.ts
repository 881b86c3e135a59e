/** A reply of the Responses API, whole and as the events of a stream. */

import type { PlannedCall } from '../plan.ts'
import { callerMember } from '../programs.ts'
import type { Fields } from '../server.ts'

export interface Response extends Fields {
  readonly id: string
  readonly output: readonly Fields[]
}

export interface ResponseParts {
  readonly id: string
  readonly request: Fields
  readonly output: readonly Fields[]
  readonly usage: Fields
  readonly transformations: readonly Fields[]
}

export function responseOf({ id, request, output, usage, transformations }: ResponseParts): Response {
  return {
    id,
    object: 'response',
    created_at: 1_795_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: request['instructions'] ?? null,
    model: request['model'],
    output,
    parallel_tool_calls: true,
    previous_response_id: request['previous_response_id'] ?? null,
    store: request['store'] ?? true,
    tools: request['tools'] ?? [],
    tool_choice: 'auto',
    truncation: request['truncation'] ?? 'disabled',
    service_tier: 'default',
    usage,
    metadata: {},
    input_transformations: transformations,
  }
}

export function usageOf(inputTokens: number): Fields {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 10 },
    total_tokens: inputTokens + 20,
  }
}

/** The call, named by its number in the provider's life. */
export function callItem(
  { name, type = 'function_call', caller }: PlannedCall,
  { number, tools }: { readonly number: number; readonly tools: readonly Fields[] },
): Fields {
  const key = number.toString(36)
  const from = callerMember(caller, tools)
  const shared = { type, id: `${type}_${key}`, call_id: `call_${key}`, status: 'completed', ...from }
  if (type === 'function_call') return { ...shared, name, arguments: JSON.stringify({ page: number }) }
  if (type === 'custom_tool_call') return { ...shared, name, input: `page ${number}` }
  if (type === 'local_shell_call') return { ...shared, action: { type: 'exec', command: [name], env: {} } }
  return { ...shared, action: { commands: [name], timeout_ms: null, max_output_length: 100_000 }, environment: null }
}

export function eventsOf(response: Response): Fields[] {
  const begun = { ...response, status: 'in_progress', output: [], usage: null }
  const events: Fields[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...response.output.flatMap(itemEvents),
    { type: 'response.completed', response },
  ]
  return events.map((event, number) => ({ ...event, sequence_number: number }))
}

/** Reasoning is whole only in the event that ends it. */
function itemEvents(item: Fields, index: number): Fields[] {
  const started = item['type'] === 'reasoning' ? { ...item, encrypted_content: '' } : { ...item, status: 'in_progress' }
  return [
    { type: 'response.output_item.added', output_index: index, item: started },
    { type: 'response.output_item.done', output_index: index, item },
  ]
}
