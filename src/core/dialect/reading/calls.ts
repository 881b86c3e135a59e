/** The tool calls of a request so far: each result finds its own, by id or, where there are no ids, by order. */

/** One call of a tool, as the model wrote it. */
export interface Call {
  readonly tool: string | undefined
  /** The node of its arguments: a string, or an object; NONE when it has none. */
  readonly node: number
}

export class Calls {
  readonly #byId = new Map<string, Call>()
  /** Calls of the last message with calls whose results have not come yet. */
  #open: Call[] = []

  /** A message with calls begins: results without an id belong to its calls. */
  begin(): void {
    this.#open = []
  }

  add(id: string | undefined, call: Call): void {
    if (id !== undefined && call.tool !== undefined) this.#byId.set(id, call)
    this.#open.push(call)
  }

  /** @param id of the result's call; without one, the next call of the last message is taken */
  of(id: string | undefined): Call | undefined {
    return id === undefined ? this.#open.shift() : this.#byId.get(id)
  }
}
