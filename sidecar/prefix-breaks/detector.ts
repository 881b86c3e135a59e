/**
 * The cache doctor (spec: prompt-compression, section 5): finds requests that break the prefix of their own session, and
 * says where. It compares what the client sends, so nothing that we splice ever shows.
 */

import { crc32 } from 'node:zlib'
import { pricesOf } from '../../src/core/billing/index.ts'
import type { Prefix, PrefixPart, Usage } from '../../src/core/dialect/index.ts'
import type { JsonTape } from '../../src/core/json/index.ts'
import { resolveModel } from '../../src/core/model/index.ts'
import { type Chain, Chains } from './chains.ts'
import { fingerprint, keyOf, partCount } from './fingerprint.ts'
import { commonParts, isBroken, type Request } from './judge.ts'
import { type Break, lostCost, lostTokens } from './loss.ts'

/** An answered call. */
export interface ExaminedCall {
  readonly session: string
  readonly policy: string
  readonly provider: { readonly name: string; readonly host?: string }
  readonly model: string | undefined
  readonly tape: JsonTape
  readonly prefix: Prefix
  /** Of the request as sent, by our own count. */
  readonly tokens: number | undefined
  readonly usage: Usage | undefined
}

export interface PrefixBreak {
  /** `system`, `tools[3]`, `messages[4]`. */
  readonly at: string
  /** Tokens that were in the provider's cache and are paid anew: an estimate. Absent when no tokens are known. */
  readonly lostTokens?: number
  /** Absent when the model's prices are not known. */
  readonly lostUsd?: number
}

export interface Doctor {
  /** @returns undefined when the request goes on where its session was, or begins something new */
  examine(call: ExaminedCall): PrefixBreak | undefined
}

/** @param now milliseconds on a clock that only goes forward */
export function createDoctor(now = (): number => performance.now(), chains = new Chains()): Doctor {
  return {
    examine(call) {
      const request = { print: fingerprint(call.tape, call.prefix), parts: call.prefix.parts }
      if (partCount(request.print) === 0) return undefined
      const chain = chainOf(call, request, now())
      const { extended, broken } = match(chains, call.session, chain, request)
      // Where a request is shorter than the conversation, the conversation may still go on from its end.
      const isShorter = extended !== undefined && partCount(extended.print) > partCount(chain.print)
      if (!isShorter) chains.put(call.session, chain, extended)
      return broken && breakOf(call, { ...broken, now: chain }, request)
    },
  }
}

interface Match {
  /** The conversation that the request goes on with, or the beginning of which it is. */
  readonly extended?: Chain
  readonly broken?: Pick<Break, 'earlier' | 'common'> | undefined
}

/** The longest conversation of the session that the request goes on with, else the one that it breaks latest. */
function match(chains: Chains, session: string, { lane }: Chain, request: Request): Match {
  let extended: Chain | undefined
  const parted: Break['earlier'][] = []
  const { print } = request
  for (const earlier of chains.of(session, lane)) {
    const common = commonParts(earlier.print, print)
    const isOneTheOthersStart = common === partCount(earlier.print) || common === partCount(print)
    if (!isOneTheOthersStart) parted.push(earlier)
    else if (extended === undefined || partCount(earlier.print) > partCount(extended.print)) extended = earlier
  }
  if (extended !== undefined) return { extended }
  const last = chains.endingIn(lane, lastAsked(request))
  return { broken: latestBreak(last === undefined ? parted : [...parted, last], request) }
}

/**
 * The part before the model's last answer: the end of the request before, in an agent's loop. It finds a conversation
 * whose identity is made of what changes: its system text.
 */
function lastAsked({ print, parts }: Request): string {
  let index = partCount(print) - 1
  while (index > 0 && !parts[index]?.isAssistant) index--
  while (index > 0 && parts[index]?.isAssistant) index--
  return keyOf(print, index)
}

/**
 * The conversation whose prefix is broken at the latest place. One that shares more, answers among it, without being
 * broken is what the request branches off from: then nothing is.
 */
function latestBreak(candidates: readonly Chain[], request: Request): Match['broken'] {
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

function chainOf({ policy, provider, model, tokens, usage }: ExaminedCall, { print }: Request, at: number): Chain {
  const { input, cacheRead, cacheCreation } = usage ?? {}
  return {
    print,
    // A model's name is as long as a client likes; it is not what is kept.
    lane: `${crc32(`${policy}\0${provider.name}\0${model}`)}/`,
    tokens: input ?? tokens,
    cached: cacheRead === undefined || cacheCreation === undefined ? undefined : cacheRead + cacheCreation,
    at,
  }
}

function breakOf({ provider, model, usage }: ExaminedCall, broken: Break, request: Request): PrefixBreak {
  const card = model === undefined ? undefined : resolveModel(model)
  const tokens = lostTokens(broken, card?.cache, usage)
  const usd = lostCost(tokens, pricesOf(provider, [model]))
  return {
    at: placeOf(broken, request.parts),
    ...(tokens !== undefined && { lostTokens: tokens }),
    ...(usd !== undefined && { lostUsd: usd }),
  }
}

/** Members that the provider reads with the system text and that are none. */
const SETTINGS: ReadonlySet<string> = new Set(['response_format', 'text', 'prompt'])

/** The first part that differs: where it stands now, or where it stood when it is gone. */
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
