/** The calls of the client's tools in a reply: their results come back without their call where state is stored. */

import type { MadeCall } from '../dialect.ts'
import { type Fields, fields, list, text } from './reply-fields.ts'

/** The members of an item or block that say which tool is called, by whom and under which id. */
export interface CallFields {
  readonly id: unknown
  readonly tool: unknown
  readonly caller: unknown
}

/** @returns undefined for an item or block that is no call of a client's tool */
export type ReadCall = (item: Fields) => CallFields | undefined

export interface MadeCalls {
  /** Takes an item or block. One that comes twice (begun, done) counts once. */
  add(item: unknown): void
  /** In the order of the reply; undefined while there is none. */
  found(): readonly MadeCall[] | undefined
}

/** More parallel calls than any model makes. */
const MAX_CALLS = 256
/** Ids have some 30 to 60 letters, names at most 128. */
const MAX_CHARS = 512

export function createMadeCalls(read: ReadCall): MadeCalls {
  const calls = new Map<string, MadeCall>()
  return {
    add(item) {
      const members = read(fields(item))
      const id = shortText(members?.id)
      const tool = shortText(members?.tool)
      if (id === undefined || tool === undefined) return
      if (calls.size < MAX_CALLS) calls.set(id, { id, tool, isDirect: isDirect(members?.caller) })
    },
    found: () => (calls.size === 0 ? undefined : [...calls.values()]),
  }
}

/** @param items `content` or `output` of a whole reply */
export function madeCallsOf(items: unknown, read: ReadCall): readonly MadeCall[] | undefined {
  const calls = createMadeCalls(read)
  for (const item of list(items)) calls.add(item)
  return calls.found()
}

/** Without a caller the model called the tool itself. A caller of any type but `direct` is a program. */
function isDirect(caller: unknown): boolean {
  return caller === undefined || caller === null || fields(caller)['type'] === 'direct'
}

function shortText(value: unknown): string | undefined {
  const found = text(value)
  return found === undefined || found.length > MAX_CHARS ? undefined : found
}
