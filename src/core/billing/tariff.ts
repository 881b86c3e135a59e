/**
 * Selects the prices of a call by its model, server, tier, speed, place and time (docs/spec/tokens.md, Prices of a
 * call).
 */

import {
  type CacheRules,
  type Factors,
  inForce,
  type OffPeak,
  offerOf,
  type Prices,
  placeOf,
  resolveModel,
  type Server,
} from '../model/index.ts'

/** Names of a provider's terms, as a reply or a request has them. */
export interface CallTerms {
  /** `default`, `flex`, `priority`, `batch`. */
  readonly tier?: string | undefined
  /** `standard`, `fast`. */
  readonly speed?: string | undefined
  /** Where the model ran: `us`, `global`. */
  readonly place?: string | undefined
  /** The time that the provider may take for a background call: `soonest`, `8h`. */
  readonly window?: string | undefined
}

/** The facts of a call that decide its prices. */
export interface PricedCall {
  readonly server: Server | undefined
  /** The model named by the reply, then the requested one: the reply often names a dated version. */
  readonly models: readonly (string | undefined)[]
  /** Terms of the reply, then those of the request. */
  readonly terms: readonly CallTerms[]
  /** The time of the call. */
  readonly at: Date
}

export type Term = keyof CallTerms

/** The prices and cache rules of a call's model. */
export interface Tariff {
  /** For a short prompt. Undefined when they are not known. */
  readonly prices: Prices | undefined
  /** Undefined when they are not known: then cached tokens have no price. */
  readonly cache: CacheRules | undefined
  /** Of all prices, by tier, speed, place and time; undefined when it is not known: then the call has no price. */
  readonly factor: number | undefined
  /** The term of the call without a known factor. */
  readonly unknownTerm: Term | undefined
}

/** @returns undefined when the model is not known, or its server may ask for other prices */
export function tariffOf(call: PricedCall): Tariff | undefined {
  const offers = call.models.map((name) => {
    const card = name === undefined ? undefined : resolveModel(name)
    return card && call.server && offerOf(card, call.server)
  })
  const offer = offers.find((each) => each !== undefined && each.prices.length > 0) ?? offers.find((each) => each)
  if (offer === undefined) return undefined
  const prices = inForce(offer.prices, call.at)
  const cache = inForce(offer.cache, call.at)
  if (prices === undefined) return { prices, cache, factor: undefined, unknownTerm: undefined }
  const factors = factorsOf(call, prices)
  const unknownTerm = TERMS.find((term) => factors[term] === undefined)
  const known = TERMS.reduce((product, term) => product * (factors[term] ?? 1), offPeakFactor(prices.offPeak, call.at))
  return { prices, cache, factor: unknownTerm === undefined ? known : undefined, unknownTerm }
}

const TERMS = ['tier', 'speed', 'place', 'window'] as const satisfies readonly Term[]

/** Names of the list prices' own terms. `auto` may mean another tier; the reply says so if it does. */
const LISTED: Readonly<Record<Term, ReadonlySet<string>>> = {
  tier: new Set(['default', 'standard', 'auto', 'standard_only', 'on_demand']),
  speed: new Set(['standard']),
  place: new Set(['global']),
  window: new Set(['soonest']),
}

/** Anthropic's word for a model whose place is not told. */
const NOT_TOLD = 'not_available'

/** The factor by each term; undefined for a name without a known one. */
function factorsOf(
  { terms, server, models }: PricedCall,
  { tiers, speeds, places }: Prices,
): Readonly<Record<Term, number | undefined>> {
  const named = (term: Term): string | undefined =>
    terms.map((each) => each[term]).find((name) => name !== undefined && name !== NOT_TOLD)
  const place =
    named('place') ??
    (server &&
      placeOf(
        server,
        models.findLast((name) => name !== undefined),
      ))
  return {
    tier: factorOf('tier', named('tier'), tiers),
    speed: factorOf('speed', named('speed'), speeds),
    place: factorOf('place', place, places),
    window: factorOf('window', named('window'), undefined),
  }
}

function factorOf(term: Term, given: string | undefined, factors: Factors = {}): number | undefined {
  const name = given?.toLowerCase()
  if (name === undefined || LISTED[term].has(name)) return 1
  return Object.hasOwn(factors, name) ? factors[name] : undefined
}

function offPeakFactor(offPeak: OffPeak | undefined, at: Date): number {
  if (offPeak === undefined) return 1
  const isWeekend = at.getUTCDay() % 6 === 0
  const hour = at.getUTCHours()
  return isWeekend || offPeak.hours.some(([from, until]) => hour >= from && hour < until) ? offPeak.factor : 1
}
