/** Sidecars that do not run, as the kubelet would say it: the Event that `kubectl describe pod` shows, and the metric. */

import { expect } from 'vitest'
import type { AdminApi } from '../support/kube/admin-api.ts'
import { operatorIn } from '../support/kube/operator.ts'
import { test } from '../support/kube/operator-test.ts'
import { eventsIn, injectedPod } from '../support/kube/policies.ts'

async function setSidecar(api: AdminApi, path: string, sidecar: object): Promise<void> {
  const status = { name: 'm2m-proxy', image: 'm2m', imageID: '', ready: false, restartCount: 0, ...sidecar }
  await api.merge(`${path}/status`, { status: { phase: 'Pending', initContainerStatuses: [status] } })
}

const waiting = (reason: string, message = ''): object => ({ state: { waiting: { reason, message } } })

test('a sidecar that cannot start, then crashes, then takes too much memory is told on its pod, each once', async ({
  cluster,
  home,
  namespace,
}) => {
  const { api } = cluster
  const operator = await operatorIn(cluster, home)
  const pods = `/api/v1/namespaces/${namespace}/pods`
  await api.create(pods, injectedPod('api-0'))
  const reasons = async (): Promise<readonly string[]> => (await eventsIn(api, namespace)).map(({ reason }) => reason)
  await setSidecar(api, `${pods}/api-0`, waiting('ErrImagePull', 'm2m: not found'))
  await setSidecar(api, `${pods}/api-0`, waiting('ImagePullBackOff', 'Back-off pulling image "m2m"'))
  await expect.poll(reasons).toEqual(['SidecarNotStarted'])
  expect(await operator.metrics()).toContain('m2m_operator_stuck_sidecars{reason="SidecarNotStarted"} 1')
  expect((await eventsIn(api, namespace))[0]).toMatchObject({
    type: 'Warning',
    regarding: { kind: 'Pod', name: 'api-0' },
    note: expect.stringMatching(/the sidecar cannot start \((ErrImagePull|ImagePullBackOff)\): .*m2m/),
  })
  const failed = { exitCode: 78, reason: 'Error', message: 'M2M_PROXY_MODE: no such mode' }
  await setSidecar(api, `${pods}/api-0`, { ...waiting('CrashLoopBackOff'), lastState: { terminated: failed } })
  await expect.poll(reasons).toEqual(expect.arrayContaining(['SidecarNotStarted', 'SidecarCrashLoop']))
  const killed = { exitCode: 137, reason: 'OOMKilled' }
  await setSidecar(api, `${pods}/api-0`, {
    ...waiting('CrashLoopBackOff'),
    restartCount: 2,
    lastState: { terminated: killed },
  })
  await expect.poll(async () => (await reasons()).length).toBe(3)
  expect(await reasons()).toContain('SidecarOutOfMemory')
  await setSidecar(api, `${pods}/api-0`, { started: true, ready: true, state: { running: {} } })
  await expect.poll(() => operator.metrics()).toContain('m2m_operator_stuck_sidecars{reason="SidecarOutOfMemory"} 0')
  expect(await reasons()).toHaveLength(3)
  await operator.close()
})
