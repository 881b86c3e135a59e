/** The fields that only a cluster gives a meaning: which pods, which policy wins, what the next pod gets. */

import { type Static, Type } from 'typebox'
import { LABEL_KEY, LABEL_VALUE, MAX_LABEL_KEY } from '../patterns.ts'
import { MAX_WHOLE_QUANTITY, QUANTITY } from '../quantity.ts'
import { fields } from './fields.ts'

const LabelValue = Type.String({
  maxLength: 63,
  pattern: LABEL_VALUE.source,
  expected: 'the value of a label: at most 63 letters, digits and inner hyphens, underscores and dots',
})

const Requirement = fields({
  key: Type.String({
    minLength: 1,
    maxLength: MAX_LABEL_KEY,
    pattern: LABEL_KEY.source,
    expected: 'the key of a label',
    description: 'The label.',
  }),
  operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist'], {
    description: 'In and NotIn compare its value; NotIn and DoesNotExist match where it is not set, too.',
  }),
  values: Type.Optional(Type.Array(LabelValue, { minItems: 1, maxItems: 32, description: 'With In and NotIn only.' })),
})

/** Empty parts are refused: some readers take them for everything, and others for nothing. */
function selector(description: string) {
  return Type.Object(
    {
      matchLabels: Type.Optional(
        Type.Unsafe<Readonly<Record<string, string>>>({
          type: 'object',
          minProperties: 1,
          maxProperties: 16,
          additionalProperties: LabelValue,
          expected: 'labels and their values',
          description: 'Labels that must have these values.',
        }),
      ),
      matchExpressions: Type.Optional(
        Type.Array(Requirement, {
          minItems: 1,
          maxItems: 16,
          description: 'Requirements on labels; all must hold.',
        }),
      ),
    },
    { additionalProperties: false, description },
  )
}

/** What a container may ask for. Anything else would be refused with the pod, long after the policy was accepted. */
export const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const

function quantities(description: string) {
  const members = RESOURCES.map((name) => [name, Type.Optional(quantity(`${description}: ${name}.`))] as const)
  const properties = Object.fromEntries(members) as Record<(typeof RESOURCES)[number], (typeof members)[number][1]>
  return fields(properties, { description: `${description}.` })
}

function quantity(description: string) {
  return Type.Unsafe<string | number>({
    type: ['integer', 'string'],
    minimum: 0,
    maximum: MAX_WHOLE_QUANTITY,
    maxLength: 18,
    pattern: QUANTITY.source,
    expected: 'a quantity such as 500m, 2 or 128Mi, a fraction in quotes ("0.5")',
    effect: 'next pod',
    description,
  })
}

const Sidecar = fields(
  {
    logLevel: Type.Optional(
      Type.Enum(['error', 'warn', 'info', 'debug'], {
        default: 'info',
        effect: 'next pod',
        description: 'What the sidecar logs.',
      }),
    ),
    resources: Type.Optional(
      fields(
        {
          requests: Type.Optional(quantities('What the scheduler sets aside for the sidecar')),
          limits: Type.Optional(quantities('What the sidecar may use at most')),
        },
        { description: 'What the container of the sidecar asks for.' },
      ),
    ),
  },
  { description: 'The container of the sidecar, of pods that are made after an edit.' },
)

const Rollout = fields(
  {
    strategy: Type.Optional(
      Type.Enum(['OnDelete'], {
        default: 'OnDelete',
        laterValues: ['RollingRestart'],
        description: 'When fields that hold for the next pod reach a workload: with its next rollout.',
      }),
    ),
  },
  { later: ['maxUnavailableWorkloads'], description: 'How fields that hold for the next pod reach a workload.' },
)

export const KUBERNETES_FIELDS = {
  scope: Type.Optional(
    Type.Enum(['Default', 'Override'], {
      default: 'Default',
      description:
        'Override wins against every policy of a namespace; it needs `namespaceSelector`. The `providers`, `limits` and `sidecar` that it does not name stay those of the next policy.',
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
  sidecar: Type.Optional(Sidecar),
  rollout: Type.Optional(Rollout),
}

/** As it stands in a bundle. */
export const LabelSelectorSchema = selector('Pods.')

export type LabelSelector = Static<typeof LabelSelectorSchema>
