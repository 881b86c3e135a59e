/** What the tests do with a client, told apart by what the sidecar does with the call. */

/** The settings of a line of docs/providers.md, addresses filled in. */
export interface ClientSettings {
  /** Environment variables, set while a client is made. */
  readonly env: Readonly<Record<string, string>>
  /** Arguments of a constructor, or members of a settings file. */
  readonly options: Readonly<Record<string, string>>
}

/**
 * compressed: an LLM call whose tool result leaves in fewer bytes; counted: the same, for a count of tokens; read: an LLM
 * call without tool results; relayed: any other call.
 */
export type Treatment = 'compressed' | 'counted' | 'read' | 'relayed'

export interface ProviderCall {
  readonly name: string
  readonly treatment: Treatment
  /** @returns what the client makes of the answer */
  run(settings: ClientSettings): Promise<unknown>
}

/** The result of the tool `find_orders` in each conversation: it has a shorter form. */
export const ORDERS = `[\n${Array.from({ length: 20 }, (_, i) => `  { "id": ${1000 + i}, "customer": "customer-${i}", "total": ${i}.5, "isPaid": true }`).join(',\n')}\n]`

export const QUESTION = 'Which orders are open?'
