/** A control plane of a test file's own in which objects act: controllers, a scheduler, and a node that kwok plays. */

import { kubeBinaries, nodeBinaries } from '../../../scripts/kube/binaries.ts'
import type { AdminApi } from './admin-api.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { startControllers, startKwok } from './controllers.ts'

/** @returns the reason where there is none */
export async function startActingCluster(): Promise<ControlPlane | string> {
  const kube = await kubeBinaries(() => undefined)
  if (typeof kube === 'string') return kube
  const programs = await nodeBinaries(() => undefined)
  if (typeof programs === 'string') return programs
  const controlPlane = await startControlPlane(kube)
  const parts = [await startControllers(programs, controlPlane), await startKwok(programs, controlPlane)]
  await createFakeNode(controlPlane.api, 'fake')
  return {
    ...controlPlane,
    close: async () => {
      await Promise.all(parts.map((part) => part.kill()))
      await controlPlane.close()
    },
  }
}

/** Pods on it are Running at once, those of Jobs complete, and deleted ones go. */
async function createFakeNode(api: AdminApi, name: string): Promise<void> {
  const room = { cpu: '1000', memory: '4Ti', pods: '1000' }
  await api.create('/api/v1/nodes', {
    metadata: { name, annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels: { 'kubernetes.io/os': 'linux' } },
    status: { allocatable: room, capacity: room },
  })
}
