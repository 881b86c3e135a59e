/** What a program prints in place of a start: `--help` and `--version`. */

import { VERSION } from '../src/core/version.ts'
import type { Setting, SettingsTable } from './settings/setting.ts'

export interface ProgramPage {
  /** `node dist/operator.js`, with its word. */
  readonly command: string
  /** What it does, a line each. */
  readonly about: readonly string[]
  readonly settings: SettingsTable
  /** `0 it was told to stop, ...` */
  readonly exitCodes: string
}

/** @returns undefined where the arguments ask for neither */
export function pageFor(argv: readonly string[], page: ProgramPage): string | undefined {
  if (argv.includes('--help') || argv.includes('-h')) return helpPage(page)
  return argv.includes('--version') ? `${VERSION}\n` : undefined
}

function helpPage({ command, about, settings, exitCodes }: ProgramPage): string {
  return [
    `usage: ${command} [FLAGS]`,
    '',
    ...about,
    'Flags go before variables. The service account of a pod, or a kubeconfig, gives it access.',
    '',
    ...Object.values(settings).map(settingLines),
    '  --help, --version',
    '',
    `Exit code: ${exitCodes}`,
    '',
  ].join('\n')
}

function settingLines({ env, arg, default: byDefault, doc }: Setting): string {
  const names = arg === undefined ? env : `--${arg}, ${env}`
  return `  ${names}${byDefault === '' ? '' : ` (default: ${byDefault})`}\n      ${doc}`
}
