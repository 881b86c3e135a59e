/** Says an LLM call's content in fewer tokens, as the policy allows; when we fail, the request goes out as it came. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import {
  type CompressionSettings,
  compressRequest,
  passthroughReport,
  type Report,
} from '../src/core/compress/index.ts'
import { type Dialect, type ReadBody, readBody } from '../src/core/dialect/index.ts'
import { M2MError } from '../src/core/errors.ts'
import type { CompiledPolicy } from '../src/core/policy/index.ts'
import { resolveCounter } from '../src/core/tokenizer/index.ts'
import type { House } from './house.ts'
import type { Target } from './match.ts'
import type { Received } from './read-request.ts'
import { isHeldOut, sessionId } from './session/index.ts'

export interface Outgoing {
  readonly body: Uint8Array | Readable | null
  /** The body came encoded and goes out plain. */
  readonly isDecoded: boolean
  /** Absent for what is no LLM call. */
  readonly report: Report | undefined
  /** Absent when the body was not understood. */
  readonly read: ReadBody | undefined
  readonly session: string | undefined
}

const SEALS = ['content-md5', 'digest', 'content-digest', 'x-amz-content-sha256', 'signature']

interface Rule {
  readonly house: Pick<House, 'vocabularies' | 'log'>
  readonly policy: CompiledPolicy
}

/** @throws M2MError INTERNAL when we fail and the policy's failure mode is Closed */
export function compress(rule: Rule, req: IncomingMessage, { dialect }: Target, received: Received): Outgoing {
  const { body } = received
  if (dialect === undefined) return { body, isDecoded: false, report: undefined, read: undefined, session: undefined }
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
    return { ...untouched(rule.policy, received, 'failopen'), read: undefined, session: undefined }
  }
}

function compressCall(
  { house, policy }: Rule,
  headers: IncomingHttpHeaders,
  dialect: Dialect,
  received: Received,
): Outgoing {
  const read = received.content && readBody(received.content, dialect)
  if (read === undefined) return { ...untouched(policy, received, 'passthrough'), read, session: undefined }
  const session = sessionId(read, headers, policy.name)
  const counter = resolveCounter(read.facts.model, dialect.provider, house.vocabularies)
  const settings = settingsFor(
    policy,
    headers,
    isHeldOut(session, policy.compression.holdoutPercent, read.facts.session),
  )
  const { body, report } = compressRequest(read, settings, counter)
  if (report.outcome === 'failopen') {
    if (policy.failureMode === 'Closed') throw new Error('the engine failed open')
    house.log.warn({ session }, 'the engine failed; the request goes out as it came')
  }
  if (body === received.content) return { body: received.body, isDecoded: false, report, read, session }
  return { body, isDecoded: received.content !== received.body, report, read, session }
}

function settingsFor(policy: CompiledPolicy, headers: IncomingHttpHeaders, isInHoldout: boolean): CompressionSettings {
  const { compression } = policy
  const isLeftAlone =
    headers['x-m2m-bypass'] === 'true' ||
    isSealed(headers) ||
    (isSubscription(headers) && !compression.subscriptionTraffic)
  return {
    ...compression,
    mode: isLeftAlone ? 'Disabled' : compression.mode,
    isHeldOut: isInHoldout && compression.mode === 'Enforce',
  }
}

/** A body that its headers vouch for (AWS signatures, digests) would be refused when it changed. */
function isSealed(headers: IncomingHttpHeaders): boolean {
  return headers.authorization?.startsWith('AWS4-') === true || SEALS.some((name) => headers[name] !== undefined)
}

/** Credentials of a person's subscription rather than of an API account: left alone unless the policy says otherwise. */
function isSubscription(headers: IncomingHttpHeaders): boolean {
  return (
    /^Bearer\s+sk-ant-oat/i.test(headers.authorization ?? '') ||
    /(?:^|[\s,])oauth-/.test(String(headers['anthropic-beta'] ?? '')) ||
    headers['chatgpt-account-id'] !== undefined
  )
}

function untouched(
  policy: CompiledPolicy,
  { body, content }: Received,
  outcome: 'passthrough' | 'failopen',
): Pick<Outgoing, 'body' | 'isDecoded' | 'report'> {
  const bytes = (content ?? (body as Buffer)).length
  return { body, isDecoded: false, report: passthroughReport({ profile: policy.compression.profile, outcome, bytes }) }
}
