/** Leader election between processes: who writes, and from when on. */

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import { kubectlBinaries } from '../../scripts/kube/binaries.ts'
import type { AuditEvent } from '../support/kube/api-server.ts'
import type { Cluster } from '../support/kube/cluster.ts'
import { test as base } from '../support/kube/cluster-test.ts'
import { buildGoLeader } from '../support/kube/go-leader.ts'
import type { LeaderSettings } from '../support/kube/leader-process.ts'
import { printSeconds } from '../support/kube/print-measured.ts'
import { type Program, startProgram } from '../support/program.ts'

const PROGRAM = join(import.meta.dirname, '../support/kube/leader-process.ts')
const NAMESPACE = 'default'
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/default/leases/leader'

/** Ten times what a standby may take after a leader that was killed. */
const DEADLINE = { timeout: 170_000, interval: 20 }

/** A fifth of the times in the field, where these do not matter. */
const SHORT = { durationMs: 3_000, renewDeadlineMs: 2_000, retryMs: 400 }

interface Leader extends Program {
  said(): Promise<string[]>
}

type Start = (cluster: Cluster, settings: Omit<LeaderSettings, 'namespace'>) => Promise<Leader>

const test = base.extend<{ start: Start }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern what a fixture needs.
  start: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-leader-'))
    const leaders: Leader[] = []
    await use(async (cluster, settings) => {
      const kubeconfig = join(folder, `${settings.identity}.json`)
      const log = join(folder, `${settings.identity}.log`)
      await writeFile(kubeconfig, cluster.kubeconfig())
      const args = [PROGRAM, kubeconfig, JSON.stringify({ ...settings, namespace: NAMESPACE })]
      const said = async (): Promise<string[]> =>
        (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
      const leader = Object.assign(startProgram(process.execPath, args, { log }), { said })
      leaders.push(leader)
      await expect.poll(said, DEADLINE).toContain(`${settings.identity} runs`)
      return leader
    })
    await Promise.all(leaders.map((leader) => leader.kill()))
    await rm(folder, { recursive: true })
  },
})

test('15: a standby takes over from a leader that is killed, and at once from one that is asked to end', async ({
  ownControlPlane: plane,
  start,
}) => {
  const first = await start(plane, { identity: 'first' })
  await expect.poll(() => first.said(), DEADLINE).toContain('first leads')
  const second = await start(plane, { identity: 'second' })
  await sleep(3_000)
  const killedSince = performance.now()
  await first.kill()
  await expect.poll(() => second.said(), DEADLINE).toContain('second leads')
  printSeconds('15: from SIGKILL to the next leader', killedSince)

  const third = await start(plane, { identity: 'third' })
  await sleep(3_000)
  const endedSince = performance.now()
  second.signal('SIGTERM')
  await expect.poll(() => third.said(), DEADLINE).toContain('third leads')
  printSeconds('15: from SIGTERM to the next leader', endedSince)
  await second.exited
  await expect.poll(async () => writersIn(await plane.apiServer.audited())).toEqual(['first', 'second', 'third'])
})

test('16: a leader that is frozen for 20 s writes nothing once it goes on', async ({
  ownControlPlane: plane,
  start,
}) => {
  const frozen = await start(plane, { identity: 'frozen' })
  await expect.poll(() => frozen.said(), DEADLINE).toContain('frozen leads')
  const standby = await start(plane, { identity: 'standby' })
  await sleep(3_000)
  const frozenSince = performance.now()
  frozen.signal('SIGSTOP')
  await sleep(20_000)
  printSeconds('16: frozen for', frozenSince)
  expect(await standby.said()).toContain('standby leads')
  frozen.signal('SIGCONT')
  await expect.poll(() => frozen.said(), DEADLINE).toContain('frozen stopped')
  await sleep(3_000)
  expect(writersIn(await plane.apiServer.audited())).toEqual(['frozen', 'standby'])
  expect(await standby.said()).not.toContain('standby stopped')
})

test('17: a Lease is what Go reads and writes, and wrong clocks change nothing', async ({
  ownControlPlane: plane,
  start,
  skip,
}) => {
  const hour = 3_600_000
  const fast = await start(plane, { identity: 'fast', skewMs: hour, ...SHORT })
  await expect.poll(() => fast.said(), DEADLINE).toContain('fast leads')
  const slow = await start(plane, { identity: 'slow', skewMs: -hour, ...SHORT })
  // Three times the duration: whoever believed a clock would have taken it, or lost it.
  await sleep(3 * SHORT.durationMs)
  const { spec } = await plane.api.get<{ spec: Record<string, string> }>(LEASE)
  expect(spec).toMatchObject({ holderIdentity: 'fast', leaseDurationSeconds: 3 })
  for (const time of ['acquireTime', 'renewTime']) expect(spec[time]).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/)
  await fast.kill()
  await expect.poll(() => slow.said(), DEADLINE).toContain('slow leads')
  await expect.poll(async () => writersIn(await plane.apiServer.audited())).toEqual(['fast', 'slow'])

  // kubectl prints what the API server has read into its Go types.
  const binaries = await kubectlBinaries()
  if (typeof binaries === 'string') return skip(binaries)
  const table = await kubectl(binaries.kubectl, plane, ['get', 'lease', 'leader'])
  expect(table).toMatch(/leader +slow +/)
})

test('17: our leaders and those of client-go take turns on one Lease', async ({
  ownControlPlane: plane,
  start,
  skip,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-go-leader-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const program = join(folder, 'leader')
  const reason = await buildGoLeader(program)
  if (reason !== undefined) return skip(reason)
  const ours = await start(plane, { identity: 'ours', ...SHORT })
  await expect.poll(() => ours.said(), DEADLINE).toContain('ours leads')
  const kubeconfig = join(folder, 'config')
  await writeFile(kubeconfig, plane.kubeconfig())
  const log = join(folder, 'log')
  const theirs = startProgram(program, [kubeconfig, NAMESPACE, 'leader', 'theirs'], { log })
  onTestFinished(() => theirs.kill())
  const theySay = (): Promise<string> => readFile(log, 'utf8')
  await expect.poll(theySay, DEADLINE).toContain('theirs sees ours')
  await sleep(3 * SHORT.durationMs)
  expect(await theySay()).not.toContain('theirs leads')
  ours.signal('SIGTERM')
  await expect.poll(theySay, DEADLINE).toContain('theirs leads')
  const next = await start(plane, { identity: 'next', ...SHORT })
  await sleep(3 * SHORT.durationMs)
  expect(await next.said()).toEqual(['next runs'])
  theirs.signal('SIGTERM')
  await expect.poll(() => next.said(), DEADLINE).toContain('next leads')
  expect(await theySay()).not.toMatch(/error|panic/i)
})

/** Who wrote, in the order of the API server's clock, each turn once: an overlap would name one twice. */
function writersIn(events: readonly AuditEvent[]): string[] {
  const writes = events
    .filter(({ objectRef, verb }) => objectRef?.name === 'written' && verb === 'patch')
    .flatMap(({ userAgent = '', requestReceivedTimestamp, stageTimestamp }) => [
      { userAgent, at: requestReceivedTimestamp },
      { userAgent, at: stageTimestamp },
    ])
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  return writes.map(({ userAgent }) => userAgent).filter((name, index, all) => name !== all[index - 1])
}

async function kubectl(path: string, cluster: Cluster, args: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-kubectl-'))
  const kubeconfig = join(folder, 'config')
  await writeFile(kubeconfig, cluster.kubeconfig())
  try {
    return (await promisify(execFile)(path, ['--kubeconfig', kubeconfig, ...args])).stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}
