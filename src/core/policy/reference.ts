/** The policy reference, written from the schema. */

import { BUILT_IN_HOSTS } from '../dialect/index.ts'
import { BUNDLE_INDEX, BUNDLE_VERSIONS } from './bundle.ts'
import { LOCAL_RULES, NOTES, RULES, type SpecCheck } from './rules.ts'
import { API_VERSION, KIND, PolicySpecSchema } from './schema.ts'

interface Field {
  readonly [keyword: string]: unknown
  readonly description?: string
  readonly default?: unknown
  readonly defaultText?: string
  readonly properties?: Readonly<Record<string, Field>>
  readonly items?: Field
  readonly later?: readonly string[]
  readonly laterValues?: readonly unknown[]
  readonly effect?: string
}

const ROOT = PolicySpecSchema as unknown as Field

/** Markdown for docs/reference/policy.md. */
export function policyReference(): string {
  return [
    `# ${KIND}`,
    '',
    `\`apiVersion: ${API_VERSION}\`, \`kind: ${KIND}\`, \`metadata.name\`, and under \`spec\` the fields below, all of them optional`,
    'but `providers[].name`. Unknown fields are errors. `m2m policy check FILE` lists every error with its line.',
    '',
    'An edit holds from the next call on, for running conversations as well, unless its row says otherwise. *new results*: for',
    'results that the model has not answered yet; all others keep the form that they were sent in',
    '([conversations.md](../conversations.md)). *once*: at the moment of the edit. *start*: when the sidecar starts. What an edit',
    'does, before it is made: `m2m policy check FILE --against THE_FILE_IN_FORCE`. *next pod*: for pods that are made after it.',
    '',
    'A field must not be null: leave it out. (An API server drops a null as if the field were not there.) The fields that come',
    'before `providers` count in a cluster only; [crd.md](crd.md) has what else differs there.',
    '',
    '| Field | Type | Default | An edit holds | Meaning |',
    '|---|---|---|---|---|',
    ...rows(ROOT, ''),
    '',
    '## Built-in providers',
    '',
    '| Name | Dialect | Base URL |',
    '|---|---|---|',
    ...[...BUILT_IN_HOSTS].map(([name, { dialect, url }]) => `| ${name} | ${dialect} | <${url}> |`),
    '',
    '## Rules between fields',
    '',
    ...[...RULES, ...LOCAL_RULES].map(ruleLine),
    '',
    'These do not refuse a policy; `m2m policy check` prints a note:',
    '',
    ...NOTES.map(ruleLine),
    '',
    '## Bundles',
    '',
    `A directory holds one policy, or several and an \`${BUNDLE_INDEX}\` in order of precedence:`,
    `\`{ "version": ${BUNDLE_VERSIONS[0]}, "policies": [{ "key": "FILE", "hash": "SHA-256 of its bytes in hex", "selector": {...} }] }\`.`,
    'The first entry whose selector matches the labels of the pod holds; an entry without one matches every pod.',
    `Version ${BUNDLE_VERSIONS[1]}, without selectors, is read too. An index of another version is rejected, and the last policy stays in force.`,
    '',
    '## Not available in this version',
    '',
    'These are refused rather than ignored:',
    `${later(ROOT, '').join(', ')}.`,
    '',
  ].join('\n')
}

function ruleLine({ at, field, message }: SpecCheck): string {
  return `* \`${[at, field].filter(Boolean).join('.')}\` ${message}`
}

function rows(field: Field, path: string): string[] {
  return Object.entries(field.properties ?? {}).flatMap(([name, child]) => {
    const own = path === '' ? name : `${path}.${name}`
    if (child.properties !== undefined) return rows(child, own)
    const label = child.items?.properties === undefined ? own : `${own}[]`
    const cells = [`\`${label}\``, typeOf(child), defaultOf(child), child.effect ?? '', child.description ?? '']
    const below = child.items === undefined ? [] : rows(child.items, `${own}[]`)
    return [`| ${cells.join(' | ')} |`, ...below]
  })
}

function typeOf(field: Field): string {
  const { minimum, maximum } = field
  if (Array.isArray(field['enum'])) return field['enum'].map((value) => `\`${value}\``).join(', ')
  if (field['const'] !== undefined) return `\`${field['const']}\``
  if (Array.isArray(field['type'])) return String(field['expected'])
  if (field['type'] === 'array') return `list, at most ${field['maxItems']}`
  if (minimum !== undefined) return `integer, ${minimum} to ${maximum}`
  return String(field['expected'] ?? field['type'])
}

function defaultOf(field: Field): string {
  if (field.defaultText !== undefined) return field.defaultText
  return field.default === undefined ? '' : `\`${field.default}\``
}

function later(field: Field, path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`
  const own = (field.later ?? []).map((name) => `\`${prefix}${name}\``)
  const values = (field.laterValues ?? []).map((value) => `\`${path}: ${value}\``)
  const below = Object.entries(field.properties ?? {}).flatMap(([name, child]) => later(child, `${prefix}${name}`))
  return [...own, ...values, ...below, ...(field.items === undefined ? [] : later(field.items, `${path}[]`))]
}
