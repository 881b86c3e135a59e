/** The page about the CustomResourceDefinition, written from it. */

import { NOTES, RULES, type SpecCheck } from '../../src/core/policy/rules.ts'
import { API_VERSION } from '../../src/core/policy/schema.ts'
import { PRINTER_COLUMNS, policyDefinition } from './definition.ts'
import { DIFFERENCES } from './differences.ts'
import type { Structural } from './structural.ts'

/** @returns Markdown for docs/reference/crd.md */
export function definitionReference(): string {
  const { metadata, spec } = policyDefinition()
  const { names } = spec
  const [{ spec: fields = {}, status = {} } = {}] = spec.versions.map(
    ({ schema }) => schema.openAPIV3Schema.properties ?? {},
  )
  return [
    '# The M2MPolicy of a cluster',
    '',
    `\`${metadata.name}\`, \`${API_VERSION}\`: kind \`${names.kind}\`, namespaced, short name \`${names.shortNames.join()}\`, category`,
    `\`${names.categories.join()}\` (\`kubectl get m2m\`). A name has at most 63 characters. What a field means and what holds where it is`,
    'absent: [policy.md](policy.md). The definition: [crds/m2mpolicies.yaml](../../crds/m2mpolicies.yaml); how to install it:',
    '[kubernetes.md](../kubernetes.md).',
    '',
    'Use `kubectl apply --server-side`. A client-side apply keeps a copy of the file in an annotation, mistakes included: a key that was',
    'written into a field that does not exist stays readable there, even where the server drops the field. kubectl reads YAML 1.1: `off`,',
    '`on`, `yes` and `no` are true or false there, and texts here; quote them.',
    '',
    '## Fields',
    '',
    'Only `scope` and `priority` are filled in when an object is stored. All other defaults are those of the version that reads it.',
    '',
    '| Field | Type | Limits |',
    '|---|---|---|',
    ...rows(fields, ''),
    '',
    '## Rules',
    '',
    ...ruleLines(),
    '',
    '## Where the server and `m2m policy check` differ',
    '',
    'They agree about everything else, messages of rules included; the tests hold both against the same objects. What the server lets pass',
    'is refused by the operator, which checks each policy that it reads: condition `Accepted` is `False`, reason `Invalid`.',
    '',
    '| A policy with | is refused by | because |',
    '|---|---|---|',
    ...DIFFERENCES.map(({ policy, refusedBy, reason }) => `| ${policy} | ${WHO[refusedBy]} | ${reason} |`),
    '',
    'An object that was stored under an older definition may break a rule of today. The server accepts edits of its other fields, with a',
    'warning; the operator refuses the policy until it is mended.',
    '',
    '## Status',
    '',
    '| Field | Type | Meaning |',
    '|---|---|---|',
    ...statusRows(status, ''),
    '',
    '## Columns',
    '',
    '`kubectl get m2mp`, and with `-o wide` those that are marked so. `--field-selector spec.scope=Override` selects.',
    '',
    '| Column | From |',
    '|---|---|',
    ...PRINTER_COLUMNS.map(
      ({ name, jsonPath, priority }) => `| ${name}${priority === undefined ? '' : ' (wide)'} | \`${jsonPath}\` |`,
    ),
    '',
  ].join('\n')
}

function ruleLines(): string[] {
  const line = ({ at, field, message }: SpecCheck): string =>
    `* \`${['spec', at, field].filter(Boolean).join('.')}\` ${message}`
  return [
    'The server says these word for word, after the path of the field:',
    '',
    ...RULES.map(line),
    '',
    'What only takes effects away is never refused. `m2m policy check` prints a note, and the server says nothing:',
    '',
    ...NOTES.map(line),
  ]
}

const WHO = { product: '`m2m policy check` and the operator', server: 'the server' } as const

function rows(node: Structural, path: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const own = path === '' ? name : `${path}.${name}`
    const row = `| \`${own}\` | ${typeOf(child)} | ${limitsOf(child, node, name)} |`
    return [row, ...rows(child, own), ...rows(child.items ?? {}, `${own}[]`)]
  })
}

function statusRows(node: Structural, path: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const own = path === '' ? name : `${path}.${name}`
    const row = `| \`${own}\` | ${typeOf(child)} | ${child['description'] ?? ''} |`
    return [row, ...statusRows(child, own), ...statusRows(child.items ?? {}, `${own}[]`)]
  })
}

function typeOf(node: Structural): string {
  const values = node['enum']
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(', ')
  if (node['x-kubernetes-int-or-string'] === true) return 'integer or string'
  if (node['x-kubernetes-preserve-unknown-fields'] === true) return 'string or list'
  if (node['type'] === 'array') return node['x-kubernetes-list-type'] === 'set' ? 'set' : 'list'
  return node['additionalProperties'] === undefined ? String(node['type']) : 'map of strings'
}

const LIMITS: readonly (readonly [string, string, string])[] = [
  ['minimum', 'maximum', ''],
  ['minLength', 'maxLength', ' characters'],
  ['minItems', 'maxItems', ' items'],
  ['minProperties', 'maxProperties', ' members'],
]

function limitsOf(node: Structural, owner: Structural, name: string): string {
  const required = Array.isArray(owner['required']) && owner['required'].includes(name) ? ['required'] : []
  const bounds = LIMITS.filter(([, most]) => node[most]).map(([least, most, unit]) =>
    node[least] === undefined ? `at most ${node[most]}${unit}` : `${node[least]} to ${node[most]}${unit}`,
  )
  const byDefault = node['default'] === undefined ? [] : [`default \`${node['default']}\``]
  return [...required, ...bounds, ...byDefault].join(', ')
}
