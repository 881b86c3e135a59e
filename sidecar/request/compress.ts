/** Says an LLM call's content in fewer tokens, as the policy allows; when we fail, the request goes out as it came. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import {
  type CompressionSettings,
  compressRequest,
  passthroughReport,
  type Report,
} from '../../src/core/compress/index.ts'
import { type Dialect, type ReadBody, readBody } from '../../src/core/dialect/index.ts'
import { M2MError } from '../../src/core/errors.ts'
import type { CompiledPolicy } from '../../src/core/policy/index.ts'
import { resolveCounter } from '../../src/core/tokenizer/index.ts'
import type { House } from '../call/services.ts'
import { type Group, groupOf, isHeldOut, sessionId } from '../session/index.ts'
import { askForUsage } from '../wire/stream-usage.ts'
import { isLeftAlone } from './left-alone.ts'
import type { Target } from './match.ts'
import type { Received } from './read-request.ts'

export interface Outgoing {
  readonly body: Uint8Array | Readable | null
  /** The body came encoded and goes out plain. */
  readonly isDecoded: boolean
  /** Absent for what is no LLM call. */
  readonly report: Report | undefined
  /** Absent when the body was not understood. */
  readonly read: ReadBody | undefined
  readonly session: string | undefined
  /** The call's side of a comparison; absent when it is on none. */
  readonly group: Group | undefined
  /** We asked for usage in the stream, and the caller did not. */
  readonly isUsageHidden: boolean
}

const UNREAD = {
  isDecoded: false,
  read: undefined,
  session: undefined,
  group: undefined,
  isUsageHidden: false,
} as const

interface Rule {
  readonly house: Pick<House, 'vocabularies' | 'blockCache' | 'log'>
  readonly policy: CompiledPolicy
}

/** @throws M2MError INTERNAL when we fail and the policy's failure mode is Closed */
export function compress(rule: Rule, req: IncomingMessage, { dialect }: Target, received: Received): Outgoing {
  const { body } = received
  if (dialect === undefined) return { ...UNREAD, body, report: undefined }
  try {
    return compressCall(rule, req.headers, dialect, received)
  } catch (cause) {
    if (rule.policy.failureMode === 'Closed') {
      throw new M2MError('compression failed, and the policy forbids to send the request as it came', {
        code: 'INTERNAL',
        cause,
      })
    }
    rule.house.log.error({ err: cause }, 'compression failed; the request goes out as it came')
    return untouched(rule.policy, received, 'failopen')
  }
}

function compressCall(
  { house, policy }: Rule,
  headers: IncomingHttpHeaders,
  dialect: Dialect,
  received: Received,
): Outgoing {
  const asSent = received.content && readBody(received.content, dialect)
  if (asSent === undefined) return untouched(policy, received, 'passthrough')
  const isAlone = isLeftAlone(headers, policy)
  const asking = isAlone || policy.telemetry.streamUsage === 'Observe' ? undefined : askForUsage(asSent)
  const read = asking ?? asSent
  const session = sessionId(read, headers, policy.name)
  const isInHoldout = isHeldOut(session, policy.compression.holdoutPercent, read.facts.session)
  const counter = resolveCounter(read.facts.model, dialect.provider, house.vocabularies)
  const settings = settingsFor(policy, { isAlone, isInHoldout })
  const { body, report } = compressRequest(read, settings, counter, house.blockCache)
  if (report.outcome === 'failopen') {
    if (policy.failureMode === 'Closed') throw new Error('the engine failed open')
    house.log.warn({ session }, 'the engine failed; the request goes out as it came')
  }
  const group = groupOf(settings, read.facts.session)
  const told = { report, read, session, group, isUsageHidden: asking !== undefined }
  if (body === received.content) return { ...told, body: received.body, isDecoded: false }
  return { ...told, body, isDecoded: received.content !== received.body }
}

function settingsFor(
  { compression }: CompiledPolicy,
  { isAlone, isInHoldout }: { isAlone: boolean; isInHoldout: boolean },
): CompressionSettings {
  return {
    ...compression,
    mode: isAlone ? 'Disabled' : compression.mode,
    isHeldOut: isInHoldout && compression.mode === 'Enforce',
  }
}

function untouched(policy: CompiledPolicy, { body, content }: Received, outcome: 'passthrough' | 'failopen'): Outgoing {
  const bytes = (content ?? (body as Buffer)).length
  return { ...UNREAD, body, report: passthroughReport({ profile: policy.compression.profile, outcome, bytes }) }
}
