/** The network of a node: a bridge that pods are put on, and a way out that leads nowhere. */

import { writeFile } from 'node:fs/promises'
import { NODE_ADDRESS } from '../order.ts'
import { runProgram } from './run-program.ts'

export const BRIDGE = 'm2m0'

export async function createNetwork(): Promise<void> {
  const steps = [
    'link set lo up',
    `link add ${BRIDGE} type bridge`,
    `address add ${NODE_ADDRESS}/24 dev ${BRIDGE}`,
    `link set ${BRIDGE} up`,
    // A kubelet takes its address from the default route.
    `route add default via 10.200.0.254 dev ${BRIDGE}`,
  ]
  for (const step of steps) await runProgram('ip', step.split(' '))
  // Pods speak to Services, which kube-proxy turns into other pods.
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1')
}
