/** A Docker engine: the machine's own where one runs, else Debian's, started for these tests without a network of its own. */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers'
import { Client } from 'undici'
import { aptInstall } from '../apt-install.ts'
import { startProgram } from '../program.ts'
import { untilReady } from '../until-ready.ts'

const run = promisify(execFile)

const DOCKERD = '/usr/sbin/dockerd'

export interface DockerEngine {
  readonly client: ContainerRuntimeClient
  close(): Promise<void>
}

/** @returns the reason where there is none: a machine may also forbid its user what an engine needs */
export async function startDockerEngine(): Promise<DockerEngine | string> {
  try {
    return await findOrStart()
  } catch (error) {
    return `no Docker engine: ${(error as Error).message}`
  }
}

async function findOrStart(): Promise<DockerEngine> {
  // Its watchdog is an image of a registry. Tests remove what they start.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true'
  const isRunning = process.env['DOCKER_HOST'] !== undefined || existsSync('/var/run/docker.sock')
  if (isRunning) return { client: await getContainerRuntimeClient(), close: async () => undefined }
  if (!existsSync(DOCKERD)) await aptInstall('docker.io')
  if (!existsSync(DOCKERD) || process.getuid?.() !== 0) throw new Error('it needs Debian’s package docker.io, and root')
  return startDaemon()
}

async function startDaemon(): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-docker-'))
  const host = `unix://${join(folder, 'docker.sock')}`
  const flags = {
    host,
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'run'),
    pidfile: join(folder, 'pid'),
  }
  // No bridge and no rules of a firewall: containers use the network of the machine, and nothing stays behind.
  const args = [
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    '--iptables=false',
    '--bridge=none',
  ]
  // It ends its containers when it is asked to end.
  const daemon = startProgram(DOCKERD, args, { log: join(folder, 'log'), lastSignal: 'SIGTERM' })
  process.env['DOCKER_HOST'] = host
  // Inside a container testcontainers would look for the gateway of the bridge.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = '127.0.0.1'
  // testcontainers remembers that it has found no engine: it is asked once there is one.
  await untilReady('dockerd', daemon, () => isListening(join(folder, 'docker.sock')))
  return {
    client: await getContainerRuntimeClient(),
    close: async () => {
      daemon.signal('SIGTERM')
      await daemon.exited
      await unmountBelow(folder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function isListening(socketPath: string): Promise<boolean> {
  const client = new Client('http://docker', { socketPath, headersTimeout: 5000 })
  try {
    const { statusCode, body } = await client.request({ method: 'GET', path: '/_ping' })
    await body.dump()
    return statusCode === 200
  } finally {
    await client.destroy()
  }
}

/** The daemon leaves the network namespace that it has mounted for host networks. */
async function unmountBelow(folder: string): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  for (const [, place = ''] of mounts.matchAll(/^\S+ (\S+)/gm)) {
    if (place.startsWith(`${folder}/`)) await run('umount', ['--lazy', place])
  }
}
