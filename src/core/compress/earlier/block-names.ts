/** Assigns the names by which references identify the blocks of a request. */

import type { Block } from '../../dialect/index.ts'

const CALL_ID = /^[\w.:-]{1,64}$/

/** Many tokenizers split digits singly: a longer number makes a reference dearer than its lines. */
const MAX_DIGITS = 19

function isShort(callId: string): boolean {
  return CALL_ID.test(callId) && callId.replaceAll(/\D/g, '').length <= MAX_DIGITS
}

export class BlockNames {
  readonly #taken = new Set<string>()

  /**
   * Must be called for every block of a request, oldest first: names depend on earlier blocks.
   * @returns the call's id, or `messages[4]` where that is dear; undefined when earlier blocks have both
   */
  next({ path, callId = '' }: Pick<Block, 'path' | 'callId'>): string | undefined {
    const names = [isShort(callId) ? callId : undefined, /^\w+\[\d+\]/.exec(path)?.[0]]
    const name = names.find((candidate) => candidate !== undefined && !this.#taken.has(candidate))
    if (name !== undefined) this.#taken.add(name)
    return name
  }
}
