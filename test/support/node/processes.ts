/** The processes of a pod's containers, found from outside of the node. */

import { readdirSync, readFileSync } from 'node:fs'

/** Ends all processes of a container at once, as nobody could foresee. @param id `containerd://...`, of its status */
export function killContainer(id: string): void {
  const pids = pidsIn(id.replace('containerd://', ''))
  if (pids.length === 0) throw new Error(`${id} has no process`)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
}

/** Its group of processes is named like it. */
function pidsIn(container: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && groupsOf(name).includes(container))
    .map(Number)
}

/** Empty once it has ended. */
function groupsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
  } catch {
    return ''
  }
}
