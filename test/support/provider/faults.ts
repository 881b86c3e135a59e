/** Faults of the engine, in this process: until they are restored. */

import { vi } from 'vitest'
import { BlockCache } from '../../../src/core/compress/index.ts'

export interface Fault {
  mockRestore(): void
}

/** A text that was encoded before has its result still. */
export function failOnNewBlocks(): Fault {
  return vi.spyOn(BlockCache.prototype, 'remember').mockImplementation(fail)
}

/** The next request fails, and no other. */
export function failOnce(): Fault {
  return vi.spyOn(BlockCache.prototype, 'known').mockImplementationOnce(fail)
}

function fail(): never {
  throw new Error('a fault of the engine')
}
