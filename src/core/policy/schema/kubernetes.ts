/** The fields that only a cluster gives a meaning: which pods, which policy wins, what the next pod gets. */

import { type Static, Type } from 'typebox'
import { fields } from './fields.ts'

const LabelValue = { type: 'string', maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$' }

const LABEL_KEY =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'

const Requirement = fields({
  key: Type.String({ minLength: 1, maxLength: 316, pattern: LABEL_KEY, expected: 'a label key' }),
  operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: Type.Optional(
    Type.Array(Type.String({ maxLength: 63, pattern: LabelValue.pattern, expected: 'a label value' }), {
      maxItems: 32,
    }),
  ),
})

function selector(description: string) {
  return Type.Object(
    {
      matchLabels: Type.Optional(
        Type.Unsafe<Readonly<Record<string, string>>>({
          type: 'object',
          maxProperties: 16,
          additionalProperties: { ...LabelValue, expected: 'a label value' },
          expected: 'labels and their values',
          description: 'Labels that must have these values.',
        }),
      ),
      matchExpressions: Type.Optional(
        Type.Array(Requirement, { maxItems: 16, description: 'Requirements on labels; all must hold.' }),
      ),
    },
    { additionalProperties: false, description },
  )
}

const quantities = (description: string) =>
  Type.Unsafe<Readonly<Record<string, string | number>>>({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(['cpu', 'memory', 'ephemeral-storage'].map((name) => [name, QUANTITY])),
    description,
  })

const QUANTITY = {
  intOrString: true,
  pattern: '^[0-9]+(\\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi)?$',
  maxLength: 20,
  expected: 'a quantity such as 100m, 0.5, 2 or 128Mi',
}

export const KUBERNETES_FIELDS = {
  scope: Type.Optional(
    Type.Enum(['Default', 'Override'], {
      default: 'Default',
      description: 'Override wins against every policy of a namespace; it needs `namespaceSelector`.',
    }),
  ),
  priority: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      default: 0,
      description: 'The higher one wins among equally specific policies.',
    }),
  ),
  suspend: Type.Optional(
    Type.Boolean({ default: false, description: 'Takes the policy out: the next one by precedence holds.' }),
  ),
  selector: Type.Optional(selector('The pods it holds for; absent: all injected pods of its namespaces.')),
  namespaceSelector: Type.Optional(
    selector("The namespaces it holds for. Only a policy in the operator's namespace may have one."),
  ),
  sidecar: Type.Optional(
    fields({
      logLevel: Type.Optional(
        Type.Enum(['error', 'warn', 'info', 'debug'], {
          default: 'info',
          effect: 'next pod',
          description: 'What the sidecar logs.',
        }),
      ),
      resources: Type.Optional(
        fields({
          requests: Type.Optional(quantities('What the scheduler sets aside.')),
          limits: Type.Optional(quantities('What the sidecar may use at most.')),
        }),
      ),
    }),
  ),
  rollout: Type.Optional(
    fields({
      strategy: Type.Optional(
        Type.Enum(['OnDelete'], {
          default: 'OnDelete',
          laterValues: ['RollingRestart'],
          description: 'When fields that hold for the next pod reach a workload: with its next rollout.',
        }),
      ),
    }),
  ),
}

/** As it stands in a bundle. */
export const LabelSelectorSchema = selector('Pods.')

export type LabelSelector = Static<typeof LabelSelectorSchema>
