/** The groups of processes below which a test node puts its pods, in either version of cgroups. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const ROOT = '/sys/fs/cgroup'

/** Of version 1: one tree each. */
const TREES = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd']

/** Without these a kubelet does not start. */
const NEEDED = ['cpu', 'cpuset', 'memory', 'pids']

export interface Cgroups {
  /** Once no process is left in them. They go the same way when this process has died. */
  remove(): Promise<void>
}

/** @param name of a group below the root of each tree @returns the reason for which there are none */
export async function createCgroups(name: string): Promise<Cgroups | string> {
  const guard = startGuard(name)
  const remove = async (): Promise<void> => {
    // A process that waits for nothing else would end here.
    guard.ref()
    guard.stdin?.end()
    await once(guard, 'exit')
  }
  try {
    await (isUnified() ? createUnified(name) : createTrees(name))
    return { remove }
  } catch (error) {
    await remove()
    return `no cgroups for a node: ${(error as Error).message}`
  }
}

function isUnified(): boolean {
  return existsSync(join(ROOT, 'cgroup.controllers'))
}

/**
 * The weight is the largest that there is. By default a group weighs as much as one process: all pods together would have a tenth
 * of a machine on which ten others are busy.
 */
const WEIGHT = { shares: '262144', weight: '10000' }

async function createTrees(name: string): Promise<void> {
  const trees = TREES.filter((tree) => existsSync(join(ROOT, tree)))
  const missing = NEEDED.filter((tree) => !trees.includes(tree))
  if (missing.length > 0) throw new Error(`${ROOT} has no ${missing.join(', ')}`)
  for (const tree of trees) await mkdir(join(ROOT, tree, name))
  await writeFile(join(ROOT, 'cpu', name, 'cpu.shares'), WEIGHT.shares)
  // A new group may use no processor before it is said which.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    await writeFile(join(ROOT, 'cpuset', name, file), await readFile(join(ROOT, 'cpuset', file)))
  }
}

async function createUnified(name: string): Promise<void> {
  const group = join(ROOT, name)
  const controllers = NEEDED.map((controller) => `+${controller}`).join(' ')
  await writeFile(join(ROOT, 'cgroup.subtree_control'), controllers)
  await mkdir(group)
  const available = readFileSync(join(group, 'cgroup.controllers'), 'utf8')
  const missing = NEEDED.filter((controller) => !available.split(/\s+/).includes(controller))
  if (missing.length > 0) throw new Error(`${group} has no ${missing.join(', ')}`)
  await writeFile(join(group, 'cgroup.subtree_control'), controllers)
  await writeFile(join(group, 'cpu.weight'), WEIGHT.weight)
}

/** Its standard input ends when this process does. A group can be removed a moment after its last process has died. */
function startGuard(name: string): ReturnType<typeof spawn> {
  const script = `
    read -r _
    for try in $(seq 100); do
      for group in ${ROOT}/*/"$1" ${ROOT}/"$1"; do
        [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} +
      done 2>/dev/null
      [ -z "$(find ${ROOT} -mindepth 1 -maxdepth 2 -name "$1")" ] && exit 0
      sleep 0.1
    done`
  const guard = spawn('sh', ['-c', script, 'guard', name], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.unref()
  return guard
}
