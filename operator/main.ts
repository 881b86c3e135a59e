/** The programs of the operator's image: signals in, an exit code out. The first word chooses; without one it is the operator. */

import type { KubeConfig } from '@kubernetes/client-node'
import { M2MError } from '../src/core/errors.ts'
import { loadKubeConfig } from '../src/kube/index.ts'
import { loadConfig, type OperatorConfig } from './config.ts'
import { pageFor } from './help.ts'
import { type InjectorConfig, loadInjectorConfig } from './injector/config.ts'
import { startInjector } from './injector/start.ts'
import { createLogger } from './log.ts'
import { INJECTOR_PAGE, OPERATOR_PAGE } from './pages.ts'
import type { ProcessConfig } from './settings/process.ts'
import { startOperator } from './start.ts'
import { startTracing } from './tracing.ts'

/** The time that the last log lines get. */
const LAST_LINES_MS = 100

try {
  end(await main(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof M2MError)) throw error
  process.stderr.write(`${error.message}\n`)
  end(2)
}

async function main(argv: readonly string[]): Promise<number> {
  const isInjector = argv[0] === 'injector'
  const flags = isInjector ? argv.slice(1) : argv
  const page = pageFor(flags, isInjector ? INJECTOR_PAGE : OPERATOR_PAGE)
  if (page === undefined) {
    return isInjector
      ? runInjector(loadInjectorConfig(flags, process.env))
      : runOperator(loadConfig(flags, process.env))
  }
  process.stdout.write(page)
  return 0
}

/**
 * Runs until SIGTERM or SIGINT, or until the lease is lost. A second signal ends the process at once.
 * @returns the exit code @throws M2MError CONFIG_INVALID, PORT_IN_USE
 */
async function runOperator(config: OperatorConfig): Promise<number> {
  const signal = nextSignal()
  const log = createLogger(config.log)
  const endTracing = await startTracing(process.env, 'm2m-operator')
  const operator = await startOperator(config, credentials(config), log)
  const isLost = await Promise.race([signal.then(() => false), operator.lost.then(() => true)])
  if (isLost) {
    log.error('the lease was lost: this process ends, because another one writes now')
    return 1
  }
  void nextSignal().then(() => process.exit(1))
  await operator.close()
  await endTracing()
  log.info('operator stopped')
  return 0
}

/**
 * Runs until SIGTERM or SIGINT, then answers on while the cluster turns away from it. A second signal ends the process at once.
 * @returns the exit code @throws M2MError CONFIG_INVALID, PORT_IN_USE
 */
async function runInjector(config: InjectorConfig): Promise<number> {
  const signal = nextSignal()
  const log = createLogger(config.log)
  const endTracing = await startTracing(process.env, 'm2m-injector')
  const injector = await startInjector(config, credentials(config), log)
  await signal
  void nextSignal().then(() => process.exit(1))
  await injector.close()
  await endTracing()
  log.info('injector stopped')
  return 0
}

function credentials({ kubeconfig, context }: ProcessConfig): KubeConfig {
  try {
    return loadKubeConfig(kubeconfig, context)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `no credentials for a cluster (${reason}): set KUBECONFIG or --kubeconfig, or run it as a pod with a service account`
    throw new M2MError(message, { code: 'CONFIG_INVALID', cause })
  }
}

function end(code: number): void {
  // A library may still wait for a peer: nothing is owed to it any more.
  setTimeout(() => process.exit(code), LAST_LINES_MS)
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = (): void => {
      process.off('SIGTERM', onSignal)
      process.off('SIGINT', onSignal)
      resolve()
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}
