/** A provider, an account and a model: calls of different lanes do not share a cache. */

import { hash } from 'node:crypto'
import { RecentMap } from '../recent-map.ts'

export interface Lane {
  /** Goes into the hashes of shared prefixes, which are the same in every process. */
  readonly name: string
  /** Stands for `name` where it is kept: 64 bits tell lanes apart. */
  readonly short: string
}

/** Hexadecimal digits. */
const SHORT_DIGITS = 16

const MAX_LANES = 64
/** A client chooses how long a model's name is: that of a longer one is made for each call. */
const MAX_LETTERS = 200

/** The lanes of the last calls, so that each is named and hashed once: at most 64 KB. */
export class Lanes {
  readonly #last = new RecentMap<Lane>(MAX_LANES)

  /** @param scope provider and account */
  of(scope: string, model: string | undefined): Lane {
    // A scope is JSON text, which ends with a bracket: no two pairs have one key.
    const key = model === undefined ? scope : scope + model
    if (key.length > MAX_LETTERS) return laneOf(scope, model)
    return this.#last.get(key) ?? this.#last.add(key, laneOf(scope, model))
  }
}

function laneOf(scope: string, model: string | undefined): Lane {
  const name = JSON.stringify([scope, model])
  return { name, short: hash('sha256', name).slice(0, SHORT_DIGITS) }
}
