/** The schema of `status`: what the operator tells about a policy. */

import { PRECEDENCE_RULES } from '../../src/core/policy/documents.ts'
import type { Structural } from './structural.ts'

const count = (description: string): Structural => ({ type: 'integer', format: 'int32', minimum: 0, description })

const generation: Structural = {
  type: 'integer',
  format: 'int64',
  minimum: 0,
  description: 'The metadata.generation that this was said about.',
}

/** metav1.Condition. */
const condition: Structural = {
  type: 'object',
  required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  properties: {
    type: { type: 'string', maxLength: 316, pattern: '^[A-Za-z]([-A-Za-z0-9_.]*[A-Za-z0-9])?$' },
    status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
    observedGeneration: generation,
    lastTransitionTime: { type: 'string', format: 'date-time' },
    reason: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
    message: { type: 'string', maxLength: 32_768 },
  },
}

const conflict: Structural = {
  type: 'object',
  required: ['policy', 'outcome'],
  properties: {
    policy: { type: 'string', maxLength: 317, description: 'namespace/name of the other policy.' },
    outcome: { type: 'string', enum: ['Wins', 'Loses'], description: 'What this policy does against the other one.' },
    rule: { type: 'string', enum: [...PRECEDENCE_RULES], description: 'The first rule in which the two differ.' },
  },
}

export const STATUS: Structural = {
  type: 'object',
  description: 'Written by the operator.',
  properties: {
    observedGeneration: generation,
    configHash: {
      type: 'string',
      maxLength: 64,
      description: "Hash of the policy's file in a bundle: what a sidecar that obeys it reports.",
    },
    bundle: {
      type: 'object',
      properties: {
        configMap: { type: 'string', maxLength: 253, description: 'The ConfigMap that carries the policy.' },
        bytes: count('Its size.'),
      },
    },
    pods: {
      type: 'object',
      properties: {
        matched: count('Injected pods that the policy holds for.'),
        stale: count('Those of them that do not run it yet.'),
        overridden: count('Injected pods that its selectors match, but for which another policy holds.'),
      },
    },
    conflicts: {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['policy'],
      description: 'Policies that match some of the same pods.',
      items: conflict,
    },
    conditions: {
      type: 'array',
      maxItems: 8,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      description: 'Accepted, Programmed, Overridden, RestartRequired.',
      items: condition,
    },
  },
}
