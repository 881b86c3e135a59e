/** `m2m policy explain` as a person runs it, and a pod with a sidecar that the API server can reach. */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { startSidecar } from '../../../sidecar/start.ts'
import { kubeletVolume } from '../kubelet-volume.ts'
import { testConfig } from '../test-config.ts'
import type { Cluster, KubeUser } from './cluster.ts'
import { bundleOf, injectedPod, runPod } from './policies.ts'

export interface Told {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** @param program of `bin/` */
export async function explain(
  cluster: Cluster,
  args: readonly string[],
  { user, program = 'm2m' }: { user?: KubeUser; program?: string } = {},
): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-kubeconfig-'))
  const file = join(folder, 'config')
  writeFileSync(file, cluster.kubeconfig(user === undefined ? {} : { user }))
  const env = { ...process.env, KUBECONFIG: file }
  try {
    return await new Promise((done) => {
      execFile(resolve('bin', program), ['policy', 'explain', ...args], { env }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      )
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** An address of this machine that is neither loopback nor link-local: to those the API server's proxy never goes. */
export function reachableAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each)
  return addresses.find(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !/^169\.254\./.test(address),
  )?.address
}

export interface PodWithSidecar {
  /** Does what the kubelet does when the ConfigMap has changed. */
  refreshVolume(): Promise<void>
  close(): Promise<void>
}

/** A pod object whose sidecar is a real one, in this process, at an address of this machine. */
export async function startPodWithSidecar(
  cluster: Cluster,
  pod: { namespace: string; name: string; labels: Readonly<Record<string, string>>; annotations?: object },
  address: string,
): Promise<PodWithSidecar> {
  const { namespace, name, labels, annotations } = pod
  const folder = mkdtempSync(join(tmpdir(), 'm2m-pod-'))
  const bundle = kubeletVolume(join(folder, 'bundle'))
  const podinfo = kubeletVolume(join(folder, 'podinfo'))
  const lines = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  podinfo.mount({ labels: lines.join('\n') })
  const refreshVolume = async (): Promise<void> => bundle.mount((await bundleOf(cluster.api, namespace))?.data ?? {})
  await refreshVolume()
  const sidecar = await startSidecar(
    testConfig({
      admin: { host: address },
      policy: { path: bundle.path },
      pod: { labelsPath: join(podinfo.path, 'labels'), isCompressionOff: false, namespace, name },
    }),
    { log: pino({ level: 'silent' }) },
  )
  const object = injectedPod(name, labels, annotations) as { spec: object }
  const ports = [{ name: 'm2m-admin', containerPort: Number(new URL(sidecar.adminUrl).port) }]
  const initContainers = [{ name: 'm2m-proxy', image: 'm2m', restartPolicy: 'Always', ports }]
  await cluster.api.create(`/api/v1/namespaces/${namespace}/pods`, {
    ...object,
    spec: { ...object.spec, initContainers },
  })
  await runPod(cluster.api, namespace, name, address)
  return {
    refreshVolume,
    close: async () => {
      await sidecar.close()
      rmSync(folder, { recursive: true })
    },
  }
}
