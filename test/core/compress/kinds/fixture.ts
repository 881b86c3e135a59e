/** What a kind's fixture holds. */

import type { KindName } from '../../../../src/core/compress/kinds/kind.ts'

export interface KindFixture {
  readonly name: KindName
  /** Texts of this kind, each of several lines. */
  readonly texts: readonly (readonly [what: string, text: string])[]
  /** Texts that resemble the kind and are of another, or of none. */
  readonly others: readonly (readonly [what: string, text: string])[]
}

/** Lines of a template, one for each number from 1. */
export function linesOf(count: number, line: (number: number) => string): string {
  return Array.from({ length: count }, (_, at) => line(at + 1)).join('\n')
}
