/**
 * AdmissionReviews (admission.k8s.io/v1): read without trust, answered. The pod stays the JSON that came: it is parsed once,
 * and nothing of it is written again.
 */

import type { AddOperation, RawPod } from '../../src/core/inject/injection.ts'
import { isRecord } from '../../src/kube/index.ts'

export interface Review {
  readonly uid: string
  readonly namespace: string
  /** CREATE, UPDATE, DELETE, CONNECT. */
  readonly operation: string
  /** `pods`, or `pods/resize` and the like. */
  readonly resource: string
  readonly isDryRun: boolean
  /** Undefined where the request has no object. */
  readonly pod: RawPod | undefined
}

/** What is no AdmissionReview that can be answered: there is no uid to answer to, or its shape is unknown. */
export interface Unreadable {
  readonly cause: 'json' | 'kind' | 'version' | 'uid' | 'too-large'
  readonly message: string
}

const API_VERSION = 'admission.k8s.io/v1'

/** A text of 8 MiB can be three million empty objects, of 60 bytes each in memory. A pod has some thousands of values. */
const MAX_VALUES = 500_000

export function readReview(text: string): Review | Unreadable {
  if (hasTooMany(text)) return { cause: 'too-large', message: `the body has more than ${MAX_VALUES} values` }
  const review = jsonOf(text)
  if (review === undefined) return { cause: 'json', message: 'the body is no JSON object' }
  if (review['kind'] !== 'AdmissionReview') return { cause: 'kind', message: 'the body is no AdmissionReview' }
  if (review['apiVersion'] !== API_VERSION) {
    return { cause: 'version', message: `only ${API_VERSION} is answered: set admissionReviewVersions to [v1]` }
  }
  const request = isRecord(review['request']) ? review['request'] : {}
  const uid = textOf(request['uid'])
  if (uid === '') return { cause: 'uid', message: 'the AdmissionReview has no request with a uid' }
  const { object } = request
  return {
    uid,
    namespace: textOf(request['namespace']),
    operation: textOf(request['operation']),
    resource: resourceOf(request),
    isDryRun: request['dryRun'] === true,
    pod: isRecord(object) ? (object as RawPod) : undefined,
  }
}

export function isUnreadable(review: Review | Unreadable): review is Unreadable {
  return 'cause' in review
}

export interface Verdict {
  readonly patch: readonly AddOperation[]
  readonly warnings: readonly string[]
}

/** Longer warnings are cut by kubectl's readers, and by the API server once they are many. */
const MAX_WARNING = 256

const MAX_WARNINGS = 4

/** @returns the body of an answer that lets the pod through */
export function writeReview(uid: string, { patch, warnings }: Verdict): string {
  const told = [...new Set(warnings.map(short))].slice(0, MAX_WARNINGS)
  return JSON.stringify({
    apiVersion: API_VERSION,
    kind: 'AdmissionReview',
    response: {
      uid,
      allowed: true,
      // The API server takes a type without a patch for a fault.
      ...(patch.length > 0 && {
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
      }),
      ...(told.length > 0 && { warnings: told }),
    },
  })
}

/** A line break would end the header that carries it. */
function short(warning: string): string {
  const line = warning.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length <= MAX_WARNING ? line : `${line.slice(0, MAX_WARNING - 1).toWellFormed()}…`
}

/** Counted before it is read, by the characters between and around values, wherever they stand. */
function hasTooMany(text: string): boolean {
  let count = 0
  for (let at = 0; at < text.length && count <= MAX_VALUES; at++) {
    const code = text.charCodeAt(at)
    if (code === COMMA || code === BRACKET || code === BRACE) count++
  }
  return count > MAX_VALUES
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b]

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function resourceOf({ resource, subResource }: Readonly<Record<string, unknown>>): string {
  const { group = '', resource: name = '' } = isRecord(resource) ? resource : {}
  const path = [group, name, subResource].filter((part) => typeof part === 'string' && part !== '')
  return path.join('/')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
