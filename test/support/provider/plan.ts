/** What the model of a stand-in does next: the client says so in a header, which is no part of the conversation. */

import type { ProviderCall } from './server.ts'

export const PLAN_HEADER = 'x-stand-in-plan'

export interface PlannedCall {
  readonly name: string
  /** Of the Responses API; default `function_call`. */
  readonly type?: 'function_call' | 'custom_tool_call' | 'shell_call' | 'local_shell_call'
  /** Of the API in question: `{type: 'direct'}`; absent unless given. */
  readonly caller?: Readonly<Record<string, unknown>>
}

export interface Plan {
  readonly calls: readonly PlannedCall[]
  /** Default plain. */
  readonly reasoning?: 'plain' | 'redacted' | 'none'
}

const ONE_CALL: Plan = { calls: [{ name: 'find_orders' }] }

/** The headers that make the model carry out `plan`. */
export function planned(plan: Plan): Record<string, string> {
  return { [PLAN_HEADER]: JSON.stringify(plan) }
}

/** Without a plan the model calls one tool. */
export function planOf({ headers }: Pick<ProviderCall, 'headers'>): Plan {
  const header = headers[PLAN_HEADER]
  return header === undefined ? ONE_CALL : JSON.parse(String(header))
}
