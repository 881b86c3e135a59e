/** The inside of a node: started as its first program, it starts all others and then waits for its end. */

import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { startControlPlane } from '../../kube/control-plane.ts'
import { startControllers } from '../../kube/controllers.ts'
import { EXPOSED_PORT, NODE_ADDRESS, NODE_NAME, nodeFolder, type Order } from '../order.ts'
import { startRelay } from '../relay.ts'
import { startContainerd } from './containerd.ts'
import { startKubelet, startKubeProxy } from './kubelet.ts'
import { hideFixedPaths, keepSettings } from './mounts.ts'
import { createNetwork } from './network.ts'

const [, , folder = ''] = process.argv
const files = nodeFolder(folder)
const order = JSON.parse(await readFile(files.order, 'utf8')) as Order
// Where the control plane makes its folder, and the kubelet its files.
process.env['TMPDIR'] = folder
process.env['HOME'] = folder
const begun = performance.now()

await createNetwork()
await hideFixedPaths(folder)
await keepSettings(folder)
const [controlPlane] = await Promise.all([
  startControlPlane(order.kube, NODE_ADDRESS).then(tell('control plane')),
  startContainerd(folder, order).then(tell('containerd with its images')),
])
const place = { folder, order, controlPlane }
await Promise.all([
  startControllers(order.node, controlPlane).then(tell('controllers')),
  startKubelet(place).then(tell('kubelet')),
  startKubeProxy(place),
])
await startRelay({ path: files.api }, { host: '127.0.0.1', port: Number(new URL(controlPlane.url).port) })
await startRelay({ host: NODE_ADDRESS, port: EXPOSED_PORT }, { path: files.exposed })
await untilNodeIsReady()
tell('node')(undefined)
await writeFile(`${files.ready}.new`, JSON.stringify(controlPlane.address))
await rename(`${files.ready}.new`, files.ready)

async function untilNodeIsReady(): Promise<void> {
  for (;;) {
    const { body } = await controlPlane.api.call('GET', `/api/v1/nodes/${NODE_NAME}`)
    const { conditions = [] } = (body['status'] ?? {}) as { conditions?: readonly { type: string; status: string }[] }
    if (conditions.some(({ type, status }) => type === 'Ready' && status === 'True')) return
    await sleep(100)
  }
}

function tell(what: string): <T>(result: T) => T {
  return (result) => {
    process.stdout.write(`${what} ready after ${((performance.now() - begun) / 1000).toFixed(1)} s\n`)
    return result
  }
}
