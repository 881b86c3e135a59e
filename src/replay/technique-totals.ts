/** Sums up the savings per technique. */

import type { Report } from '../core/compress/index.ts'
import type { TechniqueTotal } from './result.ts'

export class TechniqueTotals {
  readonly #totals: Record<string, TechniqueTotal> = {}

  add({ techniques }: Pick<Report, 'techniques'>): void {
    for (const [name, { blocks, savedTokens }] of Object.entries(techniques)) {
      const before = this.#totals[name] ?? { blocks: 0, saved_tokens: 0 }
      this.#totals[name] = { blocks: before.blocks + blocks, saved_tokens: before.saved_tokens + savedTokens }
    }
  }

  result(): Readonly<Record<string, TechniqueTotal>> {
    return this.#totals
  }
}
