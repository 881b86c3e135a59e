/** Reads a settings file (TOML, YAML, JSON): fills in variables; reports every error with its key and line. */

import { parse as parseToml, TomlError } from 'smol-toml'
import { nearest } from '../../src/core/nearest.ts'
import { readYaml } from '../../src/core/yaml.ts'
import { SETTINGS } from './settings.ts'

export interface SettingsFile {
  /** By section and name; known settings only. */
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly diagnostics: readonly string[]
  /** The place of a key in the file, for messages: `config.yaml:3: proxy.port`. */
  place(key: string): string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** @param file its extension selects the format; messages start with it */
export function parseSettingsFile(file: string, source: string, env: Environment): SettingsFile {
  const content = readContent(file, source)
  if ('problem' in content) return { values: {}, diagnostics: [content.problem], place: () => file }
  const place = (key: string): string => {
    const line = content.lineOf(key.split('.'))
    return `${file}${line === undefined ? '' : `:${line}`}: ${key}`
  }
  const diagnostics: string[] = []
  const values = knownSettings(content.value, (key, message) => {
    diagnostics.push(key === '' ? `${file}: ${message}` : `${place(key)}: ${message}`)
  })
  const filled = mapSettings(values, (key, value) =>
    substitute(value, env, (message) => diagnostics.push(`${place(key)}: ${message}`)),
  )
  return { values: filled, diagnostics, place }
}

type Content =
  | { readonly value: unknown; lineOf(path: readonly string[]): number | undefined }
  | { readonly problem: string }

function readContent(file: string, source: string): Content {
  if (/\.toml$/i.test(file)) return readToml(file, source)
  if (!/\.(?:ya?ml|json)$/i.test(file)) return { problem: `${file}: must end in .toml, .yaml, .yml or .json` }
  const [document, another] = readYaml(source)
  if (document === undefined) return { value: {}, lineOf: () => undefined }
  const problem = document.problems[0]
  if (problem !== undefined) return { problem: `${file}:${problem.line}: ${problem.message}` }
  return another === undefined ? document : { problem: `${file}: holds more than one document` }
}

function readToml(file: string, source: string): Content {
  try {
    return { value: parseToml(source), lineOf: () => undefined }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The rest of the message quotes the file.
    return { problem: `${file}:${error.line}: ${error.message.split('\n', 1)[0]}` }
  }
}

type Sections = Record<string, Record<string, unknown>>

function knownSettings(content: unknown, refuse: (key: string, message: string) => void): Sections {
  if (!isSection(content)) {
    refuse('', `must hold sections: ${Object.keys(SETTINGS).join(', ')}`)
    return {}
  }
  const sections: Sections = {}
  for (const [section, settings] of Object.entries(content)) {
    const known = knownIn(section)
    if (known === undefined) refuse(section, unknown(section, Object.keys(SETTINGS)))
    else if (!isSection(settings)) refuse(section, `must be a section with ${known.join(', ')}`)
    else sections[section] = knownOf(settings, known, (name, message) => refuse(`${section}.${name}`, message))
  }
  return sections
}

function knownIn(section: string): readonly string[] | undefined {
  const settings = Object.entries(SETTINGS).find(([name]) => name === section)?.[1]
  return settings && Object.keys(settings)
}

function knownOf(
  settings: Readonly<Record<string, unknown>>,
  known: readonly string[],
  refuse: (name: string, message: string) => void,
): Record<string, unknown> {
  const accepted: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(settings)) {
    if (!known.includes(name)) refuse(name, unknown(name, known))
    else if (typeof value === 'object' && !Array.isArray(value)) refuse(name, 'must be a single value')
    else accepted[name] = value
  }
  return accepted
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknown(name: string, known: readonly string[]): string {
  const guess = nearest(name, known)
  return `unknown setting; ${guess === undefined ? `known are ${known.join(', ')}` : `did you mean ${guess}?`}`
}

function mapSettings(sections: Sections, map: (key: string, value: unknown) => unknown): Sections {
  const mapped: Sections = {}
  for (const [section, settings] of Object.entries(sections)) {
    const entries = Object.entries(settings).map(([name, value]) => [name, map(`${section}.${name}`, value)] as const)
    mapped[section] = Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  return mapped
}

/** Fills `${VAR}` in text and in the items of lists; undefined when a variable is not set. */
function substitute(value: unknown, env: Environment, refuse: (message: string) => void): unknown {
  if (Array.isArray(value)) return value.map((item) => substitute(item, env, refuse))
  if (typeof value !== 'string') return value
  const missing = [...value.matchAll(VARIABLE)].map(([, name = '']) => name).filter((name) => env[name] === undefined)
  for (const name of missing) refuse(`the environment variable ${name} is not set`)
  return missing.length > 0 ? undefined : value.replaceAll(VARIABLE, (_, name: string) => env[name] ?? '')
}

const VARIABLE = /\$\{([^}]*)\}/g
