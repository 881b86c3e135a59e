/** The sidecar of a build as a process, with every log line that it writes. */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { freePort } from '../servers/contender.ts'

/** How both sidecars run. */
export interface Variant {
  readonly name: string
  readonly flags: readonly string[]
  /** A policy document in YAML. */
  readonly policy?: string
}

export type LogLine = Readonly<Record<string, unknown>>

export interface SidecarProcess {
  readonly ports: { readonly data: number; readonly admin: number }
  /** Lets it drain and end. Returns its log lines. */
  stop(): Promise<readonly LogLine[]>
}

interface Peers {
  readonly variant: Variant
  /** Ports of the model server and of the collector. */
  readonly model: number
  readonly collector: number
}

const START_MS = 20_000

/** @throws Error when it does not become ready */
export async function startSidecarProcess(root: string, { variant, model, collector }: Peers): Promise<SidecarProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-same-bytes-'))
  const ports = { data: await freePort(), admin: await freePort() }
  const child = spawn(join(root, 'bin/m2m'), ['proxy', ...flagsOf({ variant, folder, ports, model })], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      // bin/m2m takes Node.js from PATH where its folder has none installed: it shall be this one.
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector}`,
    },
  })
  const lines: LogLine[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as LogLine))
  await untilReady(child, ports.admin)
  return {
    ports,
    async stop() {
      const closed = once(child, 'close')
      child.kill('SIGTERM')
      await closed
      rmSync(folder, { recursive: true, force: true })
      return lines
    },
  }
}

interface Places {
  readonly variant: Variant
  readonly folder: string
  readonly ports: SidecarProcess['ports']
  readonly model: number
}

function flagsOf({ variant, folder, ports, model }: Places): readonly string[] {
  // A settings file of its own keeps those of the person who runs this out of it.
  const config = join(folder, 'config.yaml')
  writeFileSync(config, '{}\n')
  const policy = join(folder, 'policy.yaml')
  if (variant.policy !== undefined) writeFileSync(policy, variant.policy)
  const upstream = `http://127.0.0.1:${model}`
  return [
    ...['--config', config, '--port', String(ports.data), '--admin-port', String(ports.admin), '--log-level', 'debug'],
    ...['--upstream', `${upstream}/v1`, '--upstream', `anthropic=${upstream}`, '--upstream', `ollama=${upstream}`],
    ...(variant.policy === undefined ? [] : ['--policy', policy]),
    ...variant.flags,
  ]
}

async function untilReady(child: ChildProcessByStdio<null, Readable, null>, adminPort: number): Promise<void> {
  for (const giveUp = performance.now() + START_MS; performance.now() < giveUp; ) {
    if (child.exitCode !== null) throw new Error(`a sidecar exited with ${child.exitCode} before it was ready`)
    const isReady = await fetch(`http://127.0.0.1:${adminPort}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  throw new Error(`a sidecar was not ready within ${START_MS / 1000} s`)
}
