/**
 * Finds requests that break the prompt-cache prefix of their own session, and names the place (docs/spec/prompt-cache.md,
 * Breaks). It compares requests as the client sent them, so the sidecar's own splices never count as a break.
 */

import { crc32 } from 'node:zlib'
import type { Rates } from '../../src/core/billing/index.ts'
import type { PrefixPart, ReplyFacts, Usage } from '../../src/core/dialect/index.ts'
import { inForce, resolveModel } from '../../src/core/model/index.ts'
import { RecentMap } from '../../src/core/recent-map.ts'
import { type Chain, Chains } from './chains.ts'
import { keyOf, partCount, type RequestPrefix } from './fingerprint.ts'
import { commonParts, isBroken } from './judge.ts'
import { type Break, lostCost, lostTokens } from './loss.ts'

/** An answered call. */
export interface AnsweredCall {
  readonly session: string
  readonly policy: string
  readonly provider: { readonly name: string }
  readonly model: string | undefined
  readonly prefix: RequestPrefix
  /** Tokens of the request as sent, by our own count. */
  readonly tokens: number | undefined
  readonly usage: Usage | undefined
  /** The provider's own diagnosis, where the client asked for one. */
  readonly cacheMiss: ReplyFacts['cacheMiss']
  readonly rates: Rates | undefined
}

export interface PrefixBreak {
  /** `system`, `tools[3]`, `messages[4]`. */
  readonly at: string
  /**
   * Tokens that were in the provider's cache and are billed again: as the provider says, else an estimate. Undefined
   * without a token count.
   */
  readonly lostTokens: number | undefined
  /** Undefined when the model's prices are not known. */
  readonly lostUsd: number | undefined
  /** The provider's own reason; undefined where it says none. */
  readonly providerSays: string | undefined
}

export interface BreakDetector {
  /** @returns undefined when the request continues its session, or begins a new conversation */
  detect(call: AnsweredCall): PrefixBreak | undefined
  /** Memory of the conversations. */
  readonly bytes: number
}

/** @param now milliseconds on a clock that only goes forward */
export function createBreakDetector(now = (): number => performance.now(), chains = new Chains()): BreakDetector {
  const lanes = new RecentMap<string>(MAX_LANES)
  return {
    detect(call) {
      const request = call.prefix
      if (partCount(request.print) === 0) return undefined
      const chain = chainOf(call, laneOf(lanes, call), now())
      const { extended, broken } = match(chains, call.session, chain, request)
      // Where a request is shorter than the conversation, the conversation may still continue from its end.
      const isShorter = extended !== undefined && partCount(extended.print) > partCount(chain.print)
      if (!isShorter) chains.put(call.session, chain, extended)
      return broken && breakOf(call, { ...broken, now: chain })
    },
    get bytes() {
      return chains.size.bytes
    },
  }
}

interface Match {
  /** The conversation that the request continues, or whose beginning it repeats. */
  readonly extended: Chain | undefined
  readonly broken: Pick<Break, 'earlier' | 'common'> | undefined
}

/** The longest conversation of the session that the request continues, else the one that it breaks at the latest place. */
function match(chains: Chains, session: string, { lane }: Chain, request: RequestPrefix): Match {
  let extended: Chain | undefined
  const parted: Break['earlier'][] = []
  const { print } = request
  for (const earlier of chains.of(session, lane)) {
    const common = commonParts(earlier.print, print)
    const isOneTheOthersStart = common === partCount(earlier.print) || common === partCount(print)
    if (!isOneTheOthersStart) parted.push(earlier)
    else if (extended === undefined || partCount(earlier.print) > partCount(extended.print)) extended = earlier
  }
  if (extended !== undefined) return { extended, broken: undefined }
  const last = chains.endingIn(lane, lastAsked(request))
  return { extended, broken: latestBreak(last === undefined ? parted : [...parted, last], request) }
}

/**
 * The part before the model's last answer. In an agent's loop the previous request ends with it, so it finds the
 * conversation even when the session's identity changes with the system text.
 */
function lastAsked({ print, parts }: RequestPrefix): string {
  let index = partCount(print) - 1
  while (index > 0 && !parts[index]?.isAssistant) index--
  while (index > 0 && parts[index]?.isAssistant) index--
  return keyOf(print, index)
}

/**
 * The conversation whose prefix is broken at the latest place. A conversation that is not broken and shares more parts,
 * an answer among them, is the one that the request branches off from: then there is no break.
 */
function latestBreak(candidates: readonly Chain[], request: RequestPrefix): Match['broken'] {
  const firstAnswer = request.parts.findIndex(({ isAssistant }) => isAssistant)
  let branchedAt = 0
  let latest: Match['broken']
  for (const earlier of candidates) {
    const common = commonParts(earlier.print, request.print)
    if (isBroken(earlier.print, request, common)) {
      if (latest === undefined || common > latest.common) latest = { earlier, common }
    } else if (common > firstAnswer) {
      branchedAt = Math.max(branchedAt, common)
    }
  }
  return latest !== undefined && latest.common >= branchedAt ? latest : undefined
}

const MAX_LANES = 64
/** A client chooses how long a model's name is: that of a longer one is hashed for each call. */
const MAX_LETTERS = 200

/** A hash of what decides the lane; made once for the calls of a client. */
function laneOf(lanes: RecentMap<string>, { policy, provider, model }: AnsweredCall): string {
  const name = `${policy}\0${provider.name}\0${model}`
  if (name.length > MAX_LETTERS) return `${crc32(name)}/`
  return lanes.get(name) ?? lanes.add(name, `${crc32(name)}/`)
}

function chainOf({ prefix, tokens, usage }: AnsweredCall, lane: string, at: number): Chain {
  const { input, cacheRead, cacheCreation } = usage ?? {}
  return {
    print: prefix.print,
    lane,
    tokens: input ?? tokens,
    cached: cacheRead === undefined || cacheCreation === undefined ? undefined : cacheRead + cacheCreation,
    at,
  }
}

function breakOf({ model, prefix, rates, usage, cacheMiss }: AnsweredCall, broken: Break): PrefixBreak {
  const card = model === undefined ? undefined : resolveModel(model)
  const tokens = cacheMiss?.tokens ?? lostTokens(broken, inForce(card?.cache, new Date()), usage)
  const at = placeOf(broken, prefix.parts)
  return { at, lostTokens: tokens, lostUsd: lostCost(tokens, rates), providerSays: cacheMiss?.reason }
}

/** Members that the provider reads together with the system text. */
const SETTINGS: ReadonlySet<string> = new Set(['response_format', 'text', 'prompt'])

/** The first part that differs: its place now, or its former place when it is gone. */
function placeOf({ earlier, common }: Break, parts: readonly PrefixPart[]): string {
  const part = parts[common]
  if (part !== undefined && (part.what === 'tool' || SETTINGS.has(part.path))) return part.path
  if (common < earlier.print.toolParts) return `tools[${common}]`
  const isSystem = common < earlier.print.sharedParts || (part?.what === 'system' && isInHead(parts, common))
  return isSystem || part === undefined ? 'system' : part.path
}

function isInHead(parts: readonly PrefixPart[], index: number): boolean {
  return parts.slice(0, index + 1).every(({ what }) => what !== 'message')
}
