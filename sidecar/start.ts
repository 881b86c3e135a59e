/** Starts a sidecar inside this process and stops it gracefully. */

import type { Logger } from 'pino'
import { ENGINE_VERSION } from '../src/core/compress/index.ts'
import { M2MError } from '../src/core/errors.ts'
import { usePriceOverlay } from '../src/core/model/index.ts'
import { defaultPolicy } from '../src/core/policy/index.ts'
import { createVocabularies } from '../src/core/tokenizer/index.ts'
import { loadOverlay, readTokenTable } from '../src/tables/index.ts'
import type { SidecarState } from './admin/index.ts'
import { createGates } from './call/gate.ts'
import { LiveCalls } from './call/live-calls.ts'
import type { Services } from './call/services.ts'
import type { Environment } from './config/file.ts'
import type { SidecarConfig } from './config.ts'
import { createGuard } from './guard/index.ts'
import { createLogger } from './log.ts'
import { createMemories } from './memory/index.ts'
import { createPolicyStore, type PolicyStore } from './policy/index.ts'
import { PORT_LIMITS, type Port, type PortLimits } from './port/index.ts'
import { createAdminPort, createDataPort } from './ports.ts'
import { createRecorder, type Recorder } from './record/index.ts'
import { HeldBytes, maxHeldBytes } from './request/held-bytes.ts'
import { createBodyQueue } from './request/large-bodies.ts'
import { createOwnKeys } from './request/own-keys.ts'
import { sweepWhenIdle } from './sweep.ts'
import { createStatistics, createTelemetry, type Telemetry, type TelemetryDeps } from './telemetry/index.ts'
import { createPools, type Lookup } from './upstream/index.ts'

export interface RunningSidecar {
  readonly dataUrl: string
  readonly adminUrl: string
  /**
   * Takes no new call, lets live ones finish within the grace time, ends the rest in their dialect, then closes
   * everything. Calling it again changes nothing.
   */
  close(): Promise<void>
}

/** How long a call that is cut off may take to receive its error. */
const ERROR_FLUSH_MS = 500

/** The end of the grace time belongs to errors, recordings and spans: so much of it, at most a half, but a little always. */
const LAST_MS = 2000
const LEAST_MS = 500

export interface StartOptions {
  readonly log?: Logger
  /** Of connections, on both ports. */
  readonly limits?: PortLimits
  /** Variables that a policy may name as the key of a provider; default: none. */
  readonly environment?: Environment
  /** Instead of the system's resolver (tests). */
  readonly lookup?: Lookup
}

/** @throws M2MError PORT_IN_USE, POLICY_INVALID */
export async function startSidecar(config: SidecarConfig, options: StartOptions = {}): Promise<RunningSidecar> {
  const log = options.log ?? createLogger({ level: config.log.level, pod: config.pod })
  // First: a folder that cannot be written to leaves nothing open.
  const recorder = await openRecorder(config, log)
  readPrices(config, log)
  const vocabularies = createVocabularies(readTokenTable)
  const memories = createMemories({ ...config.memory, stateDir: config.state.dir, vocabularies, log })
  const { pinStore } = memories.forCalls
  const statistics = createStatistics(memories.sessions, memories.figures)
  let telemetry: Telemetry | undefined
  const policies: PolicyStore = await openPolicies(
    config,
    (isApplied) => {
      telemetry?.reloaded(isApplied)
      pinStore.follow(policies.current.compression.unpin)
    },
    log,
  )
  pinStore.follow(policies.current.compression.unpin)
  telemetry = await openTelemetry(config, policies, { statistics, log, ...memories.forTelemetry })
  const live = new LiveCalls()
  const services: Services = {
    policies,
    pools: createPools({ environment: config.network, log, lookup: options.lookup }),
    ownKeys: createOwnKeys({ log, environment: options.environment ?? {} }),
    telemetry,
    vocabularies,
    ...memories.forCalls,
    bodyQueue: createBodyQueue(),
    gates: createGates(live),
    heldBytes: new HeldBytes(maxHeldBytes(process.constrainedMemory())),
    log,
    recorder,
    live,
    keepAlivePingMs: config.proxy.keepAlivePingMs,
    isDraining: false,
  }
  const state = (): SidecarState => (services.isDraining ? 'draining' : 'ready')
  const settings = { guard: createGuard(config.proxy), limits: options.limits ?? PORT_LIMITS }
  const data = createDataPort(services, { state, statistics }, settings)
  const admin = createAdminPort(services, { state, statistics, pinStore }, settings)
  const stop = async (withinMs = LAST_MS): Promise<void> => {
    const end = performance.now() + withinMs
    await Promise.all([data.close(), admin.close()])
    policies.close()
    await services.pools.destroy()
    pinStore.close()
    // Last: a call that closing cuts off still has its row and its span. At once: a slow disk takes no time from a collector.
    const leftMs = Math.max(0, end - performance.now())
    await Promise.all([recorder?.close(leftMs), telemetry.close(leftMs)])
  }
  try {
    const dataUrl = await listen(data, config.proxy, '--port or M2M_PROXY_PORT')
    const adminUrl = await listen(admin, config.admin, '--admin-port or M2M_ADMIN_PORT')
    const ready = { data: dataUrl, admin: adminUrl, policy: policies.current.name, state_dir: config.state.dir }
    log.info(ready, 'sidecar ready')
    sweepWhenIdle(services.live)
    let closing: Promise<void> | undefined
    return {
      dataUrl,
      adminUrl,
      close: () => {
        closing ??= drain(services, config.drain.graceMs).then(stop)
        return closing
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function openPolicies(
  { proxy, policy, pod }: SidecarConfig,
  onReload: (isApplied: boolean) => void,
  log: Logger,
): Promise<PolicyStore> {
  const { upstreams, mode, profile } = proxy
  return createPolicyStore({
    ...policy,
    labelsPath: pod.labelsPath,
    isCompressionOff: pod.isCompressionOff,
    upstreams,
    engineVersion: ENGINE_VERSION,
    fallback: defaultPolicy({ mode, profile, upstreams, engineVersion: ENGINE_VERSION }),
    log,
    onReload: (result) => {
      if (result !== 'unchanged') onReload(result === 'applied')
    },
  })
}

/** A damaged table is no reason not to start: the built-in prices hold. */
function readPrices({ models }: SidecarConfig, log: Logger): void {
  const { overlay, problem } = loadOverlay(models.path)
  usePriceOverlay(overlay)
  if (overlay !== undefined) {
    const { source, read, prices } = overlay
    log.info({ source, read, models: prices.size }, 'prices from a table of the user')
  } else if (problem !== undefined || models.isNamed) {
    const reason = problem ?? `${models.path} does not exist`
    log.warn({ problem: reason }, 'the price table cannot be used; the built-in prices hold')
  }
}

/** @throws M2MError CONFIG_INVALID */
async function openRecorder({ record }: SidecarConfig, log: Logger): Promise<Recorder | undefined> {
  const { dir, maxBytes } = record
  return dir === undefined ? undefined : createRecorder({ dir, maxBytes, log })
}

/** The collector of spans is fixed at the start; one that the policy names goes before that of the settings. */
async function openTelemetry(
  { otlp, pod }: SidecarConfig,
  policies: PolicyStore,
  deps: Omit<TelemetryDeps, 'pod' | 'policy'>,
): Promise<Telemetry> {
  const endpoint = policies.current.telemetry.otlpEndpoint ?? otlp.endpoint
  const telemetry = await createTelemetry({ otlp: { ...otlp, endpoint } }, { ...deps, pod, policy: () => policies })
  // There were no metrics yet when it was read.
  if (policies.isStale) telemetry.reloaded(false)
  return telemetry
}

/**
 * Everything that an end takes lies within the grace time: who set it kills what is left then.
 * @returns the milliseconds in which the rest must be closed
 */
async function drain(services: Services, graceMs: number): Promise<number> {
  const end = performance.now() + graceMs
  const lastMs = Math.min(LAST_MS, graceMs / 2)
  services.isDraining = true
  services.log.info({ live_calls: services.live.size }, 'draining')
  if (!(await isQuiet(services, graceMs - lastMs))) {
    services.log.warn({ live_calls: services.live.size }, 'the grace time is over; ending the calls that are left')
    for (const call of services.live.all())
      call.fail(new M2MError('this sidecar is shutting down', { code: 'DRAINING' }))
    await isQuiet(services, Math.min(ERROR_FLUSH_MS, lastMs / 2))
  }
  return Math.min(LAST_MS, Math.max(LEAST_MS, end - performance.now()))
}

/** Waits until no call is live, at most `withinMs`. */
async function isQuiet({ live }: Services, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, withinMs)
  })
  await Promise.race([late, live.empty()])
  clearTimeout(timer)
  return live.size === 0
}

async function listen(port: Port, at: { host: string; port: number }, setting: string): Promise<string> {
  try {
    return await port.open(at)
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (code === 'EADDRINUSE') {
      throw new M2MError(`port ${at.port} on ${at.host} is in use; choose another with ${setting}`, {
        code: 'PORT_IN_USE',
        cause,
      })
    }
    throw new M2MError(`cannot listen on ${at.host}, port ${at.port} (${code})`, { code: 'CONFIG_INVALID', cause })
  }
}
