/**
 * The tool calls of a request so far: each result finds its own, by id or, where there are no ids, by order, and with
 * it the reader of the result (docs/spec/compression.md, Results that a program reads).
 */

import { isString, type JsonTape, kindOf, memberOf, NONE } from '../../json/index.ts'
import type { KnownCalls } from '../known-calls.ts'
import type { AddedCall, Call, Caller } from './bookmark.ts'
import { threadOf } from './context.ts'
import { valuesOf } from './members.ts'
import { ToolDefinitions } from './tool-definitions.ts'

/** A result as its call shows it. */
export interface CalledFor {
  readonly tool: string | undefined
  readonly callNode: number
  /**
   * model: it may be rewritten. program: it is parsed and never shown to the model, so it is not billed. unknown: one of
   * the two.
   */
  readonly reader: 'model' | 'program' | 'unknown'
}

export class Calls {
  readonly tools: ToolDefinitions
  /** All calls in order, where somebody wants them. */
  added: AddedCall[] | undefined
  readonly #tape: JsonTape
  readonly #known: KnownCalls | undefined
  /** Most requests of a chat have none. */
  #byId: Map<string, Call> | undefined
  /** Calls of the last message with calls; the results of the first `#taken` ones have come in order. */
  #open: Call[] = []
  #taken = 0
  #hasBegun = false
  #hasAsked = false
  readonly #ownTools: number

  /** @param known calls that are not in the request */
  constructor(tape: JsonTape, known: KnownCalls | undefined) {
    this.#tape = tape
    this.#known = known
    this.tools = new ToolDefinitions(tape)
    this.tools.add(memberOf(tape, 0, 'tools'))
    this.tools.add(memberOf(tape, 0, 'functions'))
    this.#ownTools = this.tools.count
  }

  /**
   * Did everything so far follow from the elements and from the body's own definitions? Not where an earlier reply was
   * asked, or where definitions came in a message.
   */
  get isOfElements(): boolean {
    return !this.#hasAsked && this.tools.count === this.#ownTools
  }

  /**
   * How many calls of the last message with calls have no result yet: the last ones of all calls. None for dialects that
   * do not tell.
   */
  get open(): number {
    return this.#hasBegun ? this.#open.length - this.#taken : 0
  }

  /** Takes the first `count` calls over that were read before, the last `open` of which were open. */
  restore(added: readonly AddedCall[], count: number, open: number): void {
    for (let at = 0; at < count; at++) this.add(...(added[at] as AddedCall))
    this.#open = added.slice(count - open, count).map(([, call]) => call)
    this.#taken = 0
    this.#hasBegun = open > 0
  }

  /** A message with calls begins: results without an id belong to its calls. */
  begin(): void {
    this.#open = []
    this.#taken = 0
    this.#hasBegun = true
  }

  add(id: string | undefined, call: Call): void {
    if (id !== undefined) {
      this.#byId ??= new Map()
      this.#byId.set(id, call)
    }
    this.#open.push(call)
    this.added?.push([id, call])
  }

  /** Is the call with this id in the request? */
  has(id: string | undefined): boolean {
    return id !== undefined && this.#byId?.has(id) === true
  }

  /**
   * @param id of the result's call, if the result has one
   * @param named the tool that the result itself names
   */
  byId(result: number, id: string | undefined, named?: string): CalledFor {
    const call = id === undefined ? undefined : this.#byId?.get(id)
    const said = this.#callerOf(result, call)
    const known = this.#isAsked(call, said) && id !== undefined ? this.#askFor(id) : undefined
    const tool = named ?? (call === undefined ? known?.tool : call.tool)
    return { tool, callNode: call?.node ?? NONE, reader: this.#readerOf(said ?? callerIn(known), call, tool) }
  }

  /** For dialects without ids: the result of the next call of the last message. */
  inOrder(result: number, named: string | undefined): CalledFor {
    // Not `shift`: it moves all the others, and a message may hold a hundred thousand calls.
    const call = this.#open[this.#taken]
    if (call !== undefined) this.#taken++
    const reader = this.#readerOf(this.#callerOf(result, call), call, named ?? call?.tool)
    return { tool: named, callNode: call?.node ?? NONE, reader }
  }

  #askFor(id: string): ReturnType<KnownCalls['of']> {
    this.#hasAsked = true
    return this.#known?.of(id)
  }

  /** Is an earlier reply asked for a call? A look-up costs a hash, and most requests hold the call and its caller. */
  #isAsked(call: Call | undefined, said: Caller | undefined): boolean {
    if (call === undefined) return true
    return said === undefined && call.tool !== undefined && this.tools.isParsed(call.tool)
  }

  #callerOf(result: number, call: Call | undefined): Caller | undefined {
    const said = [call?.caller, callerOf(this.#tape, result)]
    return said.includes('program') ? 'program' : said.find((caller) => caller !== undefined)
  }

  #readerOf(caller: Caller | undefined, call: Call | undefined, tool: string | undefined): CalledFor['reader'] {
    if (caller !== undefined) return caller === 'direct' ? 'model' : 'program'
    if (tool !== undefined && this.tools.isParsed(tool)) return 'unknown'
    if (call !== undefined) return 'model'
    return this.tools.allowsPrograms || (this.tools.isEmpty && isContinued(this.#tape)) ? 'unknown' : 'model'
  }
}

/** Who made this call, or asked for this result? Undefined when it does not say; every type but `direct` is a program. */
export function callerOf(tape: JsonTape, node: number): Caller | undefined {
  const [caller, another] = valuesOf(tape, node, 'caller')
  if (caller === undefined || kindOf(tape, caller) === 'null') return undefined
  if (another !== undefined) return 'program'
  return isString(tape, memberOf(tape, caller, 'type'), 'direct') ? 'direct' : 'program'
}

function callerIn(known: { readonly isDirect: boolean } | undefined): Caller | undefined {
  return known && (known.isDirect ? 'direct' : 'program')
}

/** Does the provider keep the earlier part of the conversation, and with it perhaps the tools? */
function isContinued(tape: JsonTape): boolean {
  const kinds = ['previous_response_id', 'conversation'].map((name) => kindOf(tape, memberOf(tape, 0, name)))
  return threadOf(tape)?.kind === 'continue' || kinds.some((kind) => kind !== undefined && kind !== 'null')
}
