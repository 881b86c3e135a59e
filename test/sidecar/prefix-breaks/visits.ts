/** Requests for the break detector: bodies in, breaks out. */

import {
  type BreakDetector,
  createBreakDetector,
  fingerprint,
  type PrefixBreak,
} from '../../../sidecar/prefix-breaks/index.ts'
import { ratesOf, tariffOf } from '../../../src/core/billing/index.ts'
import { type DialectName, dialectByName, type ReplyFacts, readBody } from '../../../src/core/dialect/index.ts'

export interface Visit {
  readonly session?: string
  readonly dialect?: DialectName
  readonly model?: string
  readonly tokens?: number
  readonly usage?: { readonly input?: number; readonly cacheRead?: number; readonly cacheCreation?: number }
  readonly cacheMiss?: ReplyFacts['cacheMiss']
}

export interface Practice {
  readonly detector: BreakDetector
  /** Milliseconds. */
  now: number
  examine(body: object, visit?: Visit): PrefixBreak | undefined
  /** Where each of the bodies broke the prefix, in turn. */
  places(bodies: readonly object[], visit?: Visit): (string | undefined)[]
}

export function openPractice(): Practice {
  const practice: Practice = {
    detector: createBreakDetector(() => practice.now),
    now: 0,
    examine(body, visit = {}) {
      const {
        session = 's',
        dialect: name = 'openai-chat',
        model = 'some-model',
        tokens = 5000,
        usage,
        cacheMiss,
      } = visit
      const dialect = dialectByName(name)
      const read = readBody(Buffer.from(JSON.stringify(body)), dialect)
      const prefix = read?.prefix
      if (read === undefined || prefix === undefined) throw new Error('the test body was not understood')
      const tariff = tariffOf({ server: { name: 'anthropic' }, models: [model], terms: [], at: new Date('2026-11-30') })
      return practice.detector.detect({
        session,
        policy: 'team-a',
        provider: { name: 'anthropic' },
        model,
        prefix: fingerprint(read.tape, prefix),
        tokens,
        usage,
        cacheMiss,
        rates: tariff && ratesOf(tariff, usage ?? {}),
      })
    },
    places: (bodies, visit) => bodies.map((body) => practice.examine(body, visit)?.at),
  }
  return practice
}

export const system = (content: string): object => ({ role: 'system', content })
export const user = (content: unknown): object => ({ role: 'user', content })
export const assistant = (content: unknown): object => ({ role: 'assistant', content })
export const tool = (name: string): object => ({ type: 'function', function: { name, parameters: {} } })

export const RULES = system('Be brief.')
export const TALK = [user('u1'), assistant('a1'), user('u2'), assistant('a2'), user('u3'), assistant('a3'), user('u4')]
/** A conversation's requests: with its first 1, 3, 5 and 7 messages. */
export const turns = (messages = TALK, head: object[] = [RULES]): object[] =>
  [1, 3, 5, 7].map((count) => ({ messages: [...head, ...messages.slice(0, count)] }))
