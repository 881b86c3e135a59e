/**
 * Selects the prices of a call by its model, server, tier, speed, place and time (docs/spec/tokens.md, Prices of a
 * call).
 */

import {
  type CacheRules,
  type Factors,
  inForce,
  type Offer,
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
  const offer = offerFor(call)
  if (offer === undefined) return undefined
  const prices = inForce(offer.prices, call.at)
  const cache = inForce(offer.cache, call.at)
  if (prices === undefined) return { prices, cache, factor: undefined, unknownTerm: undefined }
  // Loops, here and below, where each call would make a dozen closures and lists: 2 KB.
  let unknownTerm: Term | undefined
  let known = offPeakFactor(prices.offPeak, call.at)
  for (const term of TERMS) {
    const factor = factorFor(term, call, prices)
    if (factor === undefined) unknownTerm ??= term
    known *= factor ?? 1
  }
  return { prices, cache, factor: unknownTerm === undefined ? known : undefined, unknownTerm }
}

/** The first one that has prices, else the first. */
function offerFor({ models, server }: PricedCall): Offer | undefined {
  let first: Offer | undefined
  for (const name of models) {
    const card = name === undefined ? undefined : resolveModel(name)
    const offer = card && server && offerOf(card, server)
    if (offer !== undefined && offer.prices.length > 0) return offer
    first ??= offer
  }
  return first
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

/** @returns undefined for a name without a known factor */
function factorFor(term: Term, call: PricedCall, { tiers, speeds, places }: Prices): number | undefined {
  const name = named(term, call)
  if (term === 'tier') return factorOf(term, name, tiers)
  if (term === 'speed') return factorOf(term, name, speeds)
  if (term === 'place') return factorOf(term, name ?? placeByName(call), places)
  return factorOf(term, name, undefined)
}

function named(term: Term, { terms }: PricedCall): string | undefined {
  for (const each of terms) {
    const name = each[term]
    if (name !== undefined && name !== NOT_TOLD) return name
  }
  return undefined
}

function placeByName({ server, models }: PricedCall): string | undefined {
  return server && placeOf(server, models.findLast(isNamed))
}

function isNamed(name: string | undefined): boolean {
  return name !== undefined
}

const NO_FACTORS: Factors = {}

function factorOf(term: Term, given: string | undefined, factors: Factors = NO_FACTORS): number | undefined {
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
