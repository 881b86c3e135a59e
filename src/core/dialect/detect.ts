/** Which dialect a body is of, when no path shows it. */

import type { JsonTape } from '../json/index.ts'
import type { Dialect } from './dialect.ts'
import { dialects } from './registry.ts'

/**
 * The first dialect, in the registry's order, of which the body has a sign of its own; else the first that it may be.
 */
export function detectDialect(tape: JsonTape): Dialect | undefined {
  let shared: Dialect | undefined
  for (const dialect of dialects) {
    const likeness = dialect.likeness(tape)
    if (likeness === 'own') return dialect
    if (likeness === 'shared') shared ??= dialect
  }
  return shared
}
