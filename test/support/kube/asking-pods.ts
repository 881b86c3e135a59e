/** Pods that ask for a sidecar in every way, and what the API server makes of them: dry runs, so that nothing stays. */

import { expect } from 'vitest'
import type { RawPod } from '../../../src/core/inject/index.ts'
import type { AdminApi } from './admin-api.ts'
import type { ChartObject } from './chart.ts'

export const INJECT = 'm2m.io/inject'
export const APP = { name: 'app', image: 'app:1' }

const WORDS = [undefined, 'true', 'false', 'yes'] as const
export const OF_NAMESPACE = [undefined, 'true', 'false'] as const

export function podSaying(annotation?: string, ofLabel?: string): RawPod {
  return {
    metadata: {
      ...(annotation !== undefined && { annotations: { [INJECT]: annotation } }),
      ...(ofLabel !== undefined && { labels: { [INJECT]: ofLabel } }),
    },
    spec: { containers: [APP] },
  }
}

export function allSayings(): readonly RawPod[] {
  return [...WORDS, ''].flatMap((annotation) => WORDS.map((ofLabel) => podSaying(annotation, ofLabel)))
}

export function labelsOf(value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [INJECT]: value }
}

export async function label(api: AdminApi, namespace: string, value: string | undefined): Promise<void> {
  await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { [INJECT]: value ?? null } } })
}

export async function answerTo(api: AdminApi, namespace: string, pod: RawPod): Promise<string> {
  const body = { ...pod, metadata: { name: 'pod', ...pod.metadata } }
  const { status, body: answer } = await api.call('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, { body })
  return `${status} ${String(answer['message'] ?? '')}`
}

export function dryRun(api: AdminApi, namespace: string, pod: RawPod): Promise<RawPod> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`
  return api.create<RawPod>(path, { ...pod, metadata: { name: 'pod', ...pod.metadata } })
}

/** A policy and its binding. */
export function ofKind(objects: readonly ChartObject[], kind: RegExp): readonly ChartObject[] {
  const chosen = objects.filter((object) => kind.test(object.kind) && object.metadata.name.startsWith('m2m-inject'))
  expect(chosen.length).toBe(2)
  return chosen
}
