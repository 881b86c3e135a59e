/** Hides from the machine what a node writes to: this process has a mount namespace of its own. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'

/** Of containerd, of CNI's plug-ins and of the kubelet, wherever else their state is put. */
const FIXED = [
  '/var/lib/cni',
  '/var/lib/kubelet',
  '/run/containerd',
  '/run/netns',
  '/var/log/pods',
  '/var/log/containers',
]

/** A kubelet wants these, and they are the whole machine's. */
const SETTINGS = { 'kernel/panic': '10', 'kernel/panic_on_oops': '1', 'vm/overcommit_memory': '1' }

/** Containers get mounts of the kubelet: they are below a mount that is shared. */
export async function hideFixedPaths(folder: string): Promise<void> {
  await runProgram('mount', ['--bind', folder, folder])
  await runProgram('mount', ['--make-rshared', folder])
  for (const path of FIXED) {
    await mkdir(path, { recursive: true })
    await runProgram('mount', ['-t', 'tmpfs', 'tmpfs', path])
    await runProgram('mount', ['--make-rshared', path])
  }
}

/** What the kubelet writes there reaches a file. */
export async function keepSettings(folder: string): Promise<void> {
  for (const [name, value] of Object.entries(SETTINGS)) {
    const file = join(folder, name.replace('/', '-'))
    await writeFile(file, value)
    await runProgram('mount', ['--bind', file, join('/proc/sys', name)])
  }
}
