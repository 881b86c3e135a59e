/** What a machine needs to run a node, installed where that is possible. */

import { existsSync } from 'node:fs'
import { aptInstall } from '../apt-install.ts'

/** Files, and the package of Debian that has them. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  containerd: ['/usr/bin/containerd', '/usr/bin/ctr'],
  runc: ['/usr/sbin/runc', '/usr/bin/runc'],
  'containernetworking-plugins': [`${pluginFolder()}/bridge`],
  iptables: ['/usr/sbin/iptables'],
  iproute2: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'],
  conntrack: ['/usr/sbin/conntrack'],
}

/** Of CNI's plug-ins. */
export function pluginFolder(): string {
  return '/usr/lib/cni'
}

/** @returns the reason for which there can be no node here */
export async function lackForNode(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'a node needs Linux, and root'
  for (const name of missing()) await aptInstall(name)
  const [first] = missing()
  return first === undefined ? undefined : `a node needs Debian’s package ${first}`
}

function missing(): readonly string[] {
  return Object.keys(PACKAGES).filter((name) => !(PACKAGES[name] ?? []).some((path) => existsSync(path)))
}
