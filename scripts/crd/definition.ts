/**
 * The CustomResourceDefinition of M2MPolicy, made of the policy's schema and rules.
 *
 * The API server writes a default into every object that is stored. One that changes later would never reach those, and what
 * the user said would be lost, so only defaults that can never change are the CRD's: those that it also needs to show and to
 * select. All others are filled in by `compilePolicy`, and rules are written for fields that are absent.
 */

import { RULES, type SpecCheck } from '../../src/core/policy/rules.ts'
import { API_VERSION, KIND, PolicySpecSchema } from '../../src/core/policy/schema.ts'
import { STATUS } from './status.ts'
import { type Node, type Structural, structural } from './structural.ts'

const PLURAL = 'm2mpolicies'
const [GROUP = '', VERSION = ''] = API_VERSION.split('/')

/** Read by a printer column and by `--field-selector`, which see stored fields only. */
const KEPT_DEFAULTS = new Set(['.scope', '.priority'])

/** One owner writes the whole of it: two halves of a selector would match what neither of them meant. */
const ATOMIC = ['selector', 'namespaceSelector']

/** A name is a label's value and part of a ConfigMap's key. */
const MAX_NAME = 63

export function policyDefinition() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}`, labels: { 'app.kubernetes.io/part-of': 'm2m' } },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: KIND.toLowerCase(),
        shortNames: ['m2mp'],
        categories: ['m2m'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          selectableFields: [{ jsonPath: '.spec.scope' }],
          additionalPrinterColumns: PRINTER_COLUMNS,
          schema: { openAPIV3Schema: wholeSchema() },
        },
      ],
    },
  }
}

/** `priority: 1`: with `-o wide` only. */
export const PRINTER_COLUMNS = [
  { name: 'Accepted', type: 'string', jsonPath: statusOf('Accepted', 'status') },
  { name: 'Programmed', type: 'string', jsonPath: statusOf('Programmed', 'status') },
  { name: 'Scope', type: 'string', jsonPath: '.spec.scope' },
  { name: 'Priority', type: 'integer', jsonPath: '.spec.priority', priority: 1 },
  { name: 'Pods', type: 'integer', jsonPath: '.status.pods.matched' },
  { name: 'Stale', type: 'integer', jsonPath: '.status.pods.stale', priority: 1 },
  { name: 'Reason', type: 'string', jsonPath: statusOf('Accepted', 'reason'), priority: 1 },
  { name: 'Hash', type: 'string', jsonPath: '.status.configHash', priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
]

function statusOf(condition: string, member: string): string {
  return `.status.conditions[?(@.type=="${condition}")].${member}`
}

function wholeSchema(): Structural {
  return {
    type: 'object',
    description: 'How the sidecars of some pods treat their calls of language models.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: MAX_NAME } } },
      spec: specSchema(),
      status: STATUS,
    },
  }
}

/** The schema of `spec`, rules included. */
function specSchema(): Structural {
  const spec = structural(PolicySpecSchema as unknown as Node, '', (path) => KEPT_DEFAULTS.has(path))
  for (const rule of RULES) {
    const place = nodeAt(spec, rule.at)
    const validation = { rule: rule.cel, message: rule.message, ...fieldPath(rule) }
    place['x-kubernetes-validations'] = [...(place['x-kubernetes-validations'] ?? []), validation]
  }
  for (const name of ATOMIC) nodeAt(spec, name)['x-kubernetes-map-type'] = 'atomic'
  return spec
}

function fieldPath({ field }: SpecCheck): { fieldPath?: string } {
  if (field === undefined) return {}
  const step = (name: string): string => (/^[A-Za-z0-9]+$/.test(name) ? `.${name}` : `['${name}']`)
  return { fieldPath: field.split('.').map(step).join('') }
}

/** @throws Error for a place that the schema does not have */
function nodeAt(spec: Structural, at: string): Structural {
  const steps = at.split(/\.|(?=\[\])/).filter((step) => step !== '')
  return steps.reduce((node, step) => {
    const next = step === '[]' ? node.items : node.properties?.[step]
    if (next === undefined) throw new Error(`the schema has no ${at}`)
    return next
  }, spec)
}
