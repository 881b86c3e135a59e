/** The kubelet and kube-proxy of a node. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlPlane } from '../../kube/control-plane.ts'
import { startProgram } from '../../program.ts'
import { NODE_ADDRESS, NODE_NAME, nodeFolder, type Order } from '../order.ts'

export interface Place {
  readonly folder: string
  readonly order: Order
  readonly controlPlane: ControlPlane
}

export async function startKubelet({ folder, order, controlPlane }: Place): Promise<void> {
  const user = await controlPlane.user(`system:node:${NODE_NAME}`, 'system:nodes')
  const [config, kubeconfig] = [join(folder, 'kubelet.json'), join(folder, 'kubelet.conf')]
  await writeFile(kubeconfig, controlPlane.kubeconfig({ user }))
  await writeFile(config, JSON.stringify(kubeletConfig(folder, order)))
  const flags = {
    config,
    kubeconfig,
    'hostname-override': NODE_NAME,
    'node-ip': NODE_ADDRESS,
    'root-dir': join(folder, 'kubelet'),
    'cert-dir': join(folder, 'kubelet/pki'),
    v: 2,
  }
  startProgram('/usr/bin/env', [PATH(), order.node.kubelet, ...flagsOf(flags)], { log: join(folder, 'kubelet.log') })
}

export async function startKubeProxy({ folder, order, controlPlane }: Place): Promise<void> {
  const user = await controlPlane.user('system:kube-proxy')
  const [config, kubeconfig] = [join(folder, 'kube-proxy.json'), join(folder, 'kube-proxy.conf')]
  await writeFile(kubeconfig, controlPlane.kubeconfig({ user }))
  await writeFile(config, JSON.stringify(proxyConfig(kubeconfig)))
  startProgram('/usr/bin/env', [PATH(), order.node.kubeProxy, `--config=${config}`], {
    log: join(folder, 'kube-proxy.log'),
  })
}

/** Both call iptables, which a user's path may not have. */
function PATH(): string {
  return `PATH=/usr/sbin:/sbin:${process.env['PATH']}`
}

function flagsOf(flags: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
}

function kubeletConfig(folder: string, { cgroup }: Order): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    // Version 1 of cgroups is refused since Kubernetes 1.35 unless one asks for it.
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    containerRuntimeEndpoint: `unix://${nodeFolder(folder).containers}`,
    // Nobody else is in this network.
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    podLogsDir: join(folder, 'pod-logs'),
    resolvConf: '',
    failSwapOn: false,
    featureGates: { KubeletInUserNamespace: true },
    enforceNodeAllocatable: [],
    // A full disk of the machine is not the test's.
    evictionHard: Object.fromEntries(
      ['memory.available', 'nodefs.available', 'imagefs.available', 'nodefs.inodesFree', 'imagefs.inodesFree'].map(
        (signal) => [signal, '0%'],
      ),
    ),
    imageGCHighThresholdPercent: 100,
    serializeImagePulls: false,
  }
}

function proxyConfig(kubeconfig: string): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    hostnameOverride: NODE_NAME,
    clusterCIDR: '10.200.0.0/16',
    // The machine's own.
    conntrack: { maxPerCore: 0, min: 0 },
    clientConnection: { kubeconfig },
  }
}
