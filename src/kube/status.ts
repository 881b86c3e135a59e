/** `Status`, the body of a failure (meta/v1), read without trust: proxies and load balancers answer too. */

import { KubeError } from './errors.ts'

/** Longer messages are cut: a server may quote a whole object. */
const MAX_MESSAGE = 1_000

export interface FailedCall {
  /** `GET /api/v1/pods` */
  readonly call: string
  readonly status: number
  readonly retryAfter?: string | undefined
  readonly body: unknown
}

/** @param failed `body` as JSON value, or as text where it is none */
export function errorOf({ call, status, retryAfter, body }: FailedCall): KubeError {
  const fields = isRecord(body) ? body : {}
  const text = textOf(fields['message']) ?? textOf(body) ?? 'no message'
  return new KubeError(`${call}: ${status} ${text.slice(0, MAX_MESSAGE)}`, {
    status,
    reason: textOf(fields['reason']),
    causes: causesOf(fields['details']),
    retryAfterMs: retryAfterMs(retryAfter, Date.now()) ?? secondsOf(fields['details']),
  })
}

/** Seconds, or a date (RFC 9110, 10.2.3). In milliseconds from now; undefined: the header is absent or unreadable. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

function secondsOf(details: unknown): number | undefined {
  const seconds = isRecord(details) ? details['retryAfterSeconds'] : undefined
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined
}

function causesOf(details: unknown): string[] {
  const causes = isRecord(details) ? details['causes'] : undefined
  if (!Array.isArray(causes)) return []
  return causes.flatMap((cause: unknown) => (isRecord(cause) ? (textOf(cause['reason']) ?? []) : []))
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
