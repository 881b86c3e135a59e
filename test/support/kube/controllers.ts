/** What makes objects act: the controller manager and the scheduler, beside an API server in the same network. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeBinaries } from '../../../scripts/kube/binaries.ts'
import { startProgram } from '../program.ts'
import { untilReady } from '../until-ready.ts'
import type { ControlPlane } from './control-plane.ts'

export interface Controllers {
  kill(): Promise<void>
}

/** Calls as many as they like: a test's server has no fair shares. */
const UNBOUNDED = ['--kube-api-qps=500', '--kube-api-burst=1000']
/** One of each, and no port of its own. */
const ALONE = ['--leader-elect=false', '--secure-port=0', ...UNBOUNDED]

/** Returns when a namespace gets its account: pods can be made. @throws with the end of a log when one of them exits */
export async function startControllers(binaries: NodeBinaries, controlPlane: ControlPlane): Promise<Controllers> {
  const { folder } = controlPlane
  const manager = await start('kube-controller-manager', binaries.controllerManager, controlPlane, [
    ...ALONE,
    '--use-service-account-credentials',
    `--service-account-private-key-file=${join(folder, 'accounts.key')}`,
    `--root-ca-file=${join(folder, 'ca.crt')}`,
  ])
  const scheduler = await start('kube-scheduler', binaries.scheduler, controlPlane, ALONE)
  await untilReady('kube-controller-manager', manager, async () => {
    const { status } = await controlPlane.api.call('GET', '/api/v1/namespaces/default/serviceaccounts/default')
    return status === 200
  })
  return { kill: async () => void (await Promise.all([manager.kill(), scheduler.kill()])) }
}

/** A fake kubelet for nodes with the annotation `kwok.x-k8s.io/node: fake`. */
export async function startKwok(binaries: NodeBinaries, controlPlane: ControlPlane): Promise<Controllers> {
  return start('kwok', binaries.kwok, controlPlane, [
    '--manage-all-nodes=false',
    '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
    '--node-ip=127.0.0.1',
    '--cidr=10.244.0.0/16',
    '--server-address=127.0.0.1:0',
    `--config=${binaries.kwokStages}`,
  ])
}

async function start(
  name: string,
  path: string,
  { folder, kubeconfig, user }: ControlPlane,
  args: readonly string[],
): Promise<ReturnType<typeof startProgram>> {
  const file = join(folder, `${name}.conf`)
  const who = name === 'kwok' ? await user('kwok', 'system:masters') : await user(`system:${name}`)
  await writeFile(file, kubeconfig({ user: who }))
  return startProgram(path, [`--kubeconfig=${file}`, ...args], { log: join(folder, `${name}.log`) })
}
