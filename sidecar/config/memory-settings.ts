/** The limit of all that is remembered between calls. */

import { DEFAULT_MEMORY_MB, MAX_MEMORY_MB, MIN_MEMORY_MB } from '../memory/shares.ts'

const RANGE = `a whole number from ${MIN_MEMORY_MB} to ${MAX_MEMORY_MB}`

export const MEMORY_SETTINGS = {
  mb: {
    doc:
      'The limit of all that calls leave behind for later ones, in MB of 2^20 bytes: forms, counts, hashes. Each use has a ' +
      'share of it and forgets its oldest entries (docs/operations.md). Bodies under way, code and connections come on top.',
    format: megabytes,
    range: RANGE,
    default: String(DEFAULT_MEMORY_MB),
    env: 'M2M_MEMORY_MB',
    arg: 'memory-mb',
  },
}

function megabytes(value: unknown): void {
  const isNumber = /^[0-9]{1,9}$/.test(String(value)) && typeof value !== 'object'
  if (isNumber && Number(value) >= MIN_MEMORY_MB && Number(value) <= MAX_MEMORY_MB) return
  throw new Error(`must be ${RANGE}, without a unit`)
}
