/** Assigns the names by which references identify the blocks of a request. */

import type { Block } from '../../dialect/index.ts'

const CALL_ID = /^[\w.:-]{1,64}$/

export class BlockNames {
  readonly #taken = new Set<string>()

  /**
   * Must be called for every block of a request, oldest first: names depend on earlier blocks.
   * @returns the call's id, or `messages[4]`; undefined when earlier blocks have both
   */
  next({ path, callId = '' }: Pick<Block, 'path' | 'callId'>): string | undefined {
    const names = [CALL_ID.test(callId) ? callId : undefined, /^\w+\[\d+\]/.exec(path)?.[0]]
    const name = names.find((candidate) => candidate !== undefined && !this.#taken.has(candidate))
    if (name !== undefined) this.#taken.add(name)
    return name
  }
}
