/** What the process prints in place of a start: `--help` and `--version`. */

import { VERSION } from '../src/core/version.ts'
import { SETTINGS } from './config.ts'

interface Setting {
  readonly env: string
  readonly arg?: string
  readonly default: string
  readonly doc: string
}

/** @returns undefined where the arguments ask for neither */
export function pageFor(argv: readonly string[]): string | undefined {
  if (argv.includes('--help') || argv.includes('-h')) return helpPage()
  return argv.includes('--version') ? `${VERSION}\n` : undefined
}

function helpPage(): string {
  return [
    'usage: node dist/operator.js [FLAGS]',
    '',
    'Turns M2MPolicy objects into one ConfigMap for each namespace, and tells each policy what came of it.',
    'Flags go before variables. The service account of a pod, or a kubeconfig, gives it access.',
    '',
    ...Object.values<Setting>(SETTINGS).map(settingLines),
    '  --help, --version',
    '',
    'Exit code: 0 it was told to stop, 1 it has lost its lease, 2 its settings cannot be used.',
    '',
  ].join('\n')
}

function settingLines({ env, arg, default: byDefault, doc }: Setting): string {
  const names = arg === undefined ? env : `--${arg}, ${env}`
  return `  ${names}${byDefault === '' ? '' : ` (default: ${byDefault})`}\n      ${doc}`
}
