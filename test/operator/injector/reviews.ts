/** AdmissionReviews as an API server sends them, and its reading of the answers. */

import type { AddOperation, Injection, RawPod } from '../../../src/core/inject/injection.ts'

export function reviewOf(pod: unknown, request: object = {}): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'u-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      dryRun: false,
      object: pod,
      oldObject: null,
      ...request,
    },
  })
}

export interface ReadAnswer {
  readonly uid: string
  readonly allowed: boolean
  readonly patchType?: string
  readonly patch: readonly AddOperation[]
  readonly warnings: readonly string[]
}

export function readAnswer(body: string): ReadAnswer {
  const { apiVersion, kind, response } = JSON.parse(body)
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') throw new Error(`no review: ${body}`)
  const { patch, warnings = [] } = response
  return { ...response, warnings, patch: patch === undefined ? [] : JSON.parse(atob(patch)) }
}

export const OWNER = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7f', uid: 'o-1', controller: true }

/** That asks for a sidecar. */
export function askingPod(metadata: object = {}): RawPod {
  return {
    metadata: { generateName: 'web-7f-', annotations: { 'm2m.io/inject': 'true' }, ...metadata },
    spec: { containers: [{ name: 'app', image: 'app:1' }] },
  }
}

export function injected(facts: Partial<Extract<Injection, { result: 'injected' }>> = {}): Injection {
  return { result: 'injected', patch: [{ op: 'add', path: '/a', value: 1 }], notes: [], ...facts }
}
