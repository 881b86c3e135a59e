/** Jobs on a real node: a sidecar must not keep them from ending. */

import { expect } from 'vitest'
import { DEFAULT_ANSWER } from '../../src/mock/index.ts'
import type { AdminApi, Json } from '../support/kube/admin-api.ts'
import { printMeasured } from '../support/kube/print-measured.ts'
import { test } from '../support/node/node-test.ts'
import { type AppOptions, appTemplate, type PodObject, podPath, sidecarOf, statusIn } from '../support/node/pods.ts'
import { createMockPolicy } from '../support/node/policies.ts'

/** A CronJob begins with the minute. */
const CRON_MS = 150_000

interface JobStatus {
  readonly succeeded?: number
  readonly failed?: number
  readonly conditions?: readonly { type: string; status: string; lastTransitionTime: string }[]
}

test('25: Jobs and CronJobs with a sidecar end, with the exit code of the application', async ({
  node: { api },
  namespace,
  mock,
}) => {
  await createMockPolicy(api, namespace)
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`
  await api.create(`/apis/batch/v1/namespaces/${namespace}/cronjobs`, {
    metadata: { name: 'cron' },
    spec: { schedule: '* * * * *', jobTemplate: { spec: jobSpec({ args: ['call'] }) } },
  })
  await api.create(jobs, { metadata: { name: 'done' }, spec: jobSpec({ args: ['call'] }) })
  await api.create(jobs, { metadata: { name: 'failed' }, spec: jobSpec({ args: ['call', '3'] }) })

  await expect.poll(() => endOf(api, `${jobs}/done`), { timeout: 60_000 }).toBe('Complete')
  await expect.poll(() => endOf(api, `${jobs}/failed`), { timeout: 60_000 }).toBe('Failed')
  await expectOrder(api, namespace, 'done', { exitCode: 0 })
  await expectOrder(api, namespace, 'failed', { exitCode: 3 })
  await expect.poll(() => cronEnds(api, jobs), { timeout: CRON_MS, interval: 500 }).toContain('Complete')
  expect(mock.requests.length).toBeGreaterThanOrEqual(3)
})

test('25: a Job whose application leaves while a call is under way ends, too', async ({
  node: { api },
  namespace,
  mock,
}) => {
  await createMockPolicy(api, namespace)
  // Longer than the sidecar may take to end.
  mock.on(() => true, { delayMs: 60_000, answer: DEFAULT_ANSWER })
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`
  await api.create(jobs, { metadata: { name: 'left' }, spec: jobSpec({ args: ['leave'] }) })
  await expect.poll(() => endOf(api, `${jobs}/left`), { timeout: 60_000 }).toBe('Complete')
  expect(mock.requests).toHaveLength(1)
  await expectOrder(api, namespace, 'left', { exitCode: 0 })
})

function jobSpec(app: AppOptions): object {
  return { backoffLimit: 0, template: appTemplate(app) }
}

/** `Complete` or `Failed`, once it is. */
async function endOf(api: AdminApi, path: string): Promise<string | undefined> {
  const { status } = await api.get<{ status: JobStatus }>(path)
  return status.conditions?.find((one) => one.status === 'True' && ['Complete', 'Failed'].includes(one.type))?.type
}

/** Of the Jobs that a CronJob has made. */
async function cronEnds(api: AdminApi, jobs: string): Promise<readonly (string | undefined)[]> {
  const { items } = await api.get<{ items: { metadata: { name: string; ownerReferences?: readonly Json[] } }[] }>(jobs)
  const own = items.filter(({ metadata }) => metadata.ownerReferences !== undefined)
  return Promise.all(own.map(({ metadata }) => endOf(api, `${jobs}/${metadata.name}`)))
}

/** The application ended with its code; then the sidecar was asked to end, and did so by itself. */
async function expectOrder(
  api: AdminApi,
  namespace: string,
  job: string,
  { exitCode }: { exitCode: number },
): Promise<void> {
  const { items } = await api.get<{ items: PodObject[] }>(`${podPath(namespace)}?labelSelector=job-name=${job}`)
  expect(items).toHaveLength(1)
  const [pod] = items as [PodObject]
  const app = statusIn(pod, 'app')
  const sidecar = sidecarOf(pod)
  expect(app?.state.terminated?.exitCode).toBe(exitCode)
  expect(app?.restartCount).toBe(0)
  expect(sidecar?.state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
  const [first, last] = [app, sidecar].map((one) => Date.parse(one?.state.terminated?.finishedAt ?? ''))
  expect(last).toBeGreaterThanOrEqual(first ?? Number.NaN)
  const { status } = await api.get<{ status: JobStatus }>(`/apis/batch/v1/namespaces/${namespace}/jobs/${job}`)
  const ended = Date.parse(status.conditions?.at(-1)?.lastTransitionTime ?? '')
  const seconds = (time = Number.NaN): string => `${(time - (first ?? 0)) / 1000} s`
  printMeasured(
    `Job ${job}: sidecar ended ${seconds(last)}, Job ${seconds(ended)} after the application (whole seconds)`,
  )
}
