/** Reads a table of settings from flags, environment and defaults, in this order. */

import { parseArgs } from 'node:util'
import convict from 'convict'
import { M2MError } from '../../src/core/errors.ts'
import type { Setting, SettingsTable } from './setting.ts'

export interface SettingSources {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export type RawSettings<T extends SettingsTable> = { readonly [N in keyof T]: string }

/**
 * @param mistakesBetween what no setting shows alone
 * @throws M2MError CONFIG_INVALID whose message lists every mistake, one a line
 */
export function loadSettings<T extends SettingsTable>(
  table: T,
  { argv, env }: SettingSources,
  mistakesBetween: (raw: RawSettings<T>) => readonly string[] = () => [],
): RawSettings<T> {
  const config = convict<Record<string, string>>(table, { env: usable(env), args: [] })
  const flags = flagsOf(table, argv)
  for (const [name, { arg }] of Object.entries<Setting>(table)) {
    const value = arg === undefined ? undefined : flags[arg]
    if (value !== undefined) config.set(name, value)
  }
  const raw = config.getProperties() as RawSettings<T>
  const mistakes = [...mistakesOf(table, config), ...mistakesBetween(raw)]
  if (mistakes.length > 0) throw invalid(mistakes.join('\n'))
  return raw
}

/** Empty ones are unset; Kubernetes sets `M2M_OPERATOR_PORT=tcp://...` where a service is named m2m-operator. */
function usable(env: SettingSources['env']): Record<string, string> {
  const set = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  )
  return Object.fromEntries(set.filter(([, value]) => !/^(?:tcp|udp|sctp):\/\//.test(value)))
}

function flagsOf(table: SettingsTable, argv: readonly string[]): Readonly<Record<string, string | undefined>> {
  const names = Object.values(table).flatMap(({ arg }) => arg ?? [])
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values
  } catch (error) {
    throw invalid(`${(error as Error).message}; flags are ${names.map((name) => `--${name}`).join(', ')}`)
  }
}

function invalid(list: string): M2MError {
  return new M2MError(`the settings cannot be used:\n${list}`, { code: 'CONFIG_INVALID' })
}

/** Named by variable. The value is not repeated: it may be a misplaced secret. */
function mistakesOf(table: SettingsTable, config: convict.Config<Record<string, string>>): string[] {
  try {
    config.validate({ allowed: 'strict' })
    return []
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => {
      const [, name = '', message = line] = /^(\w+): (.*?)(?:: value was .*)?$/.exec(line) ?? []
      return `${table[name]?.env ?? name}: ${message}`
    })
  }
}
