/** Figures of prompt-cache prefixes that sessions broke, for `/stats` and the savings page. */

import type { PrefixBreak } from '../../prefix-breaks/index.ts'
import type { CallSummary } from '../call-summary.ts'
import { round } from '../rounding.ts'

const LAST_BREAKS = 20

export interface PrefixFigures {
  /** Requests that broke the prefix of their session. */
  readonly broken: number
  /** Estimates; null while none is known. */
  readonly lost_tokens: number | null
  readonly lost_usd: number | null
  /** Live sessions that met a new revision of the policy: their earlier results keep their forms. */
  readonly changed: number
  /** By place of the break: `system`, `tools`, `messages`. */
  readonly places: Readonly<Record<string, PlaceFigures>>
  /** The last 20, newest first. */
  readonly last_breaks: readonly BreakFigures[]
}

interface PlaceFigures {
  broken: number
  lost_tokens: number | null
  lost_usd: number | null
}

interface BreakFigures {
  readonly time: string
  /** `system`, `tools[3]`, `messages[4]`. */
  readonly at: string
  readonly model: string | null
  readonly session: string | null
  /** The provider's own reason; null while it says none. */
  readonly provider_says: string | null
  readonly lost_tokens: number | null
  readonly lost_usd: number | null
}

export class PrefixTotals {
  readonly #total: PlaceFigures = none()
  readonly #places: Record<string, PlaceFigures> = {}
  readonly #last: BreakFigures[] = []
  #changed = 0

  /** @param model its label */
  add({ prefix, request }: CallSummary, model: string | undefined): void {
    if (prefix === undefined) return
    // Without the index: the client chooses how many indices there are.
    const place = prefix.at.replace(/\[.*/, '')
    this.#places[place] ??= none()
    addTo(this.#total, prefix)
    addTo(this.#places[place], prefix)
    this.#last.push({
      time: new Date().toISOString(),
      at: prefix.at,
      model: model ?? null,
      session: request?.session ?? null,
      provider_says: prefix.providerSays ?? null,
      lost_tokens: prefix.lostTokens ?? null,
      lost_usd: round(prefix.lostUsd ?? null, 6),
    })
    if (this.#last.length > LAST_BREAKS) this.#last.shift()
  }

  addChanged(): void {
    this.#changed++
  }

  figures(): PrefixFigures {
    const places = Object.entries(this.#places).map(([place, figures]) => [place, rounded(figures)])
    return {
      ...rounded(this.#total),
      changed: this.#changed,
      places: Object.fromEntries(places),
      last_breaks: this.#last.toReversed(),
    }
  }
}

function none(): PlaceFigures {
  return { broken: 0, lost_tokens: null, lost_usd: null }
}

function addTo(figures: PlaceFigures, { lostTokens, lostUsd }: PrefixBreak): void {
  figures.broken++
  if (lostTokens !== undefined) figures.lost_tokens = (figures.lost_tokens ?? 0) + lostTokens
  if (lostUsd !== undefined) figures.lost_usd = (figures.lost_usd ?? 0) + lostUsd
}

function rounded(figures: PlaceFigures): PlaceFigures {
  return { ...figures, lost_usd: round(figures.lost_usd, 6) }
}
