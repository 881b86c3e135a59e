import { M2MError } from '../../core/errors.ts'
import { dataOf } from './data.ts'
import { csv, json } from './own.ts'
import type { Yardstick } from './yardstick.ts'

export type { Yardstick } from './yardstick.ts'

export const YARDSTICK_NAMES = ['csv', 'json', 'toon'] as const

/** @throws M2MError PEERS_MISSING when the package of one is not installed: it is a development package */
export async function loadYardsticks(
  names: readonly (typeof YARDSTICK_NAMES)[number][],
): Promise<readonly Yardstick[]> {
  const known = [csv, json, ...(names.includes('toon') ? [await loadToon()] : [])]
  return known.filter(({ name }) => names.some((each) => each === name))
}

async function loadToon(): Promise<Yardstick> {
  try {
    const { encode } = await import('@toon-format/toon')
    return {
      name: 'toon',
      write(text) {
        const data = dataOf(text)
        return data === undefined ? undefined : encode(data)
      },
    }
  } catch (cause) {
    throw new M2MError(
      "the yardstick toon cannot be loaded: @toon-format/toon is a development package, not part of M2M; install it with 'make setup' in a checkout",
      { code: 'PEERS_MISSING', cause },
    )
  }
}
