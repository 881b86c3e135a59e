/**
 * A sidecar with a policy, in front of any upstream: for tests of bytes, sockets and policies. For the same call of a real
 * SDK with and without a sidecar, see `chain.ts`.
 */

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '../../sidecar/log.ts'
import { PORT_LIMITS, type PortLimits } from '../../sidecar/port/index.ts'
import { type RunningSidecar, startSidecar } from '../../sidecar/start.ts'
import type { StatisticsSnapshot } from '../../sidecar/telemetry/statistics/statistics.ts'
import type { Lookup, NetworkEnvironment } from '../../sidecar/upstream/index.ts'
import { type RawClient, rawClient } from './raw-client.ts'
import { type ConfigChanges, testConfig } from './test-config.ts'

export interface Edge {
  readonly url: string
  readonly adminUrl: string
  readonly sidecar: RunningSidecar
  /** The folder of recorded calls, with `isRecorded`. */
  readonly recordDir: string
  /** The log, parsed. */
  readonly lines: Readonly<Record<string, unknown>>[]
  /** The log's lines of LLM calls that have ended. */
  calls(): Readonly<Record<string, unknown>>[]
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>
  /** A connection of its own on which `request` is sent. */
  connect(request: string | Uint8Array): RawClient
  stats(): Promise<StatisticsSnapshot>
  metrics(): Promise<string>
  /** Replaces the policy; it applies when the file has been read again. */
  setPolicy(spec: object): Promise<void>
  close(): Promise<void>
}

export interface EdgeOptions {
  /** Fields of the policy's `spec`, beside the providers. */
  readonly spec?: object
  /** Fields of every provider, beside name and base URL. */
  readonly provider?: object
  /** What the environment says about proxies and authorities. */
  readonly network?: Partial<NetworkEnvironment>
  /** Instead of the system's resolver. */
  readonly lookup?: Lookup
  /** Of every provider. */
  readonly timeouts?: Readonly<Record<string, string>>
  readonly graceMs?: number
  readonly pollMs?: number
  /** Default: no pings. */
  readonly keepAlivePingMs?: number
  readonly isRecorded?: boolean
  /** The path of a price table. */
  readonly models?: string
  /** Where the forms of conversations are kept over a restart; default nowhere. */
  readonly stateDir?: string
  /** Variables that hold keys. */
  readonly environment?: Readonly<Record<string, string>>
  readonly proxy?: ConfigChanges['proxy']
  readonly admin?: ConfigChanges['admin']
  /** Of connections; those that are not given are the usual ones. */
  readonly limits?: Partial<PortLimits>
}

/** Providers openai, anthropic and ollama, all at one upstream. */
export async function startEdge(upstreamUrl: string, options: EdgeOptions = {}): Promise<Edge> {
  const { timeouts, graceMs = 0, pollMs = 60_000, isRecorded = false, models, stateDir, provider, network } = options
  const { proxy, admin } = options
  const folder = await mkdtemp(join(tmpdir(), 'm2m-edge-'))
  const path = join(folder, 'm2mpolicy.yaml')
  const recordDir = join(folder, 'recorded')
  const providers = ['openai', 'anthropic', 'ollama'].map((name) => ({
    name,
    baseURL: upstreamUrl,
    allowInsecure: true,
    ...(timeouts && { timeouts }),
    ...provider,
  }))
  const setPolicy = async (spec: object = {}): Promise<void> => {
    await writeFile(`${path}.new`, policyText({ providers, ...spec }))
    await rename(`${path}.new`, path)
  }
  await setPolicy(options.spec)
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const record = { dir: isRecorded ? recordDir : undefined, maxBytes: 10_000_000 }
  const config = testConfig({
    proxy: { keepAlivePingMs: options.keepAlivePingMs ?? 0, ...proxy },
    ...(admin && { admin }),
    policy: { path, pollMs },
    models: { path: models, isNamed: models !== undefined },
    record,
    drain: { graceMs },
    ...(network && { network }),
    state: { dir: stateDir },
  })
  const sidecar = await startSidecar(config, {
    log: createLogger({ level: 'debug', destination }),
    ...(options.lookup && { lookup: options.lookup }),
    ...(options.environment && { environment: options.environment }),
    limits: { ...PORT_LIMITS, ...options.limits },
  })
  return {
    ...conversation(sidecar),
    sidecar,
    recordDir,
    lines,
    calls: () => lines.filter(({ msg }) => msg === 'call'),
    setPolicy,
    async close() {
      await sidecar.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function policyText(spec: object): string {
  return JSON.stringify({ apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name: 'edge' }, spec })
}

/** What a caller asks of a sidecar. */
function conversation({
  dataUrl: url,
  adminUrl,
}: RunningSidecar): Pick<Edge, 'url' | 'adminUrl' | 'post' | 'connect' | 'stats' | 'metrics'> {
  return {
    url,
    adminUrl,
    post: (path, body, headers = {}) => fetch(url + path, { method: 'POST', body, headers }),
    connect: (request) => rawClient(Number(new URL(url).port), request),
    stats: async () => (await (await fetch(`${url}/stats`)).json()) as StatisticsSnapshot,
    metrics: async () => (await fetch(`${adminUrl}/metrics`)).text(),
  }
}
