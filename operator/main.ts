/** The operator as a process: signals in, an exit code out. */

import type { KubeConfig } from '@kubernetes/client-node'
import { M2MError } from '../src/core/errors.ts'
import { loadKubeConfig } from '../src/kube/index.ts'
import { loadConfig, type OperatorConfig } from './config.ts'
import { pageFor } from './help.ts'
import { createLogger } from './log.ts'
import { OPERATOR_PAGE } from './pages.ts'
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
  const page = pageFor(argv, OPERATOR_PAGE)
  if (page === undefined) return runOperator(loadConfig(argv, process.env))
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

function credentials({ kubeconfig, context }: OperatorConfig): KubeConfig {
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
