/** Rules of the fields that only a cluster gives a meaning. */

import { LABEL_KEY, MAX_LABEL_KEY } from '../patterns.ts'
import { parseQuantity } from '../quantity.ts'
import { RESOURCES } from '../schema/kubernetes.ts'
import { celText, isOneOf, isWritten, type Rule } from './rule.ts'

const SELECTORS = ['selector', 'namespaceSelector'] as const

const WITH_VALUES = ['In', 'NotIn']
const WITHOUT_VALUES = ['Exists', 'DoesNotExist']

export const KUBERNETES_RULES: readonly Rule[] = [
  {
    at: '',
    field: 'scope',
    cel: "!has(self.scope) || self.scope != 'Override' || has(self.namespaceSelector)",
    message: "Override needs namespaceSelector: it is for cluster-wide policies of the operator's namespace",
    check: ({ scope, namespaceSelector }) => scope !== 'Override' || namespaceSelector !== undefined,
  },
  ...SELECTORS.flatMap((at) => selectorRules(at)),
  ...RESOURCES.map(limitRule),
]

function selectorRules(at: (typeof SELECTORS)[number]): Rule[] {
  return [
    {
      at,
      cel: 'has(self.matchLabels) || has(self.matchExpressions)',
      message: 'is empty: leave it out to match everything',
      check: ({ matchLabels, matchExpressions }) => matchLabels !== undefined || matchExpressions !== undefined,
    },
    {
      at: `${at}.matchLabels`,
      cel: `self.all(key, key.size() <= ${MAX_LABEL_KEY} && key.matches(${celText(LABEL_KEY)}))`,
      message: 'must have keys of labels, such as app or example.com/team',
      check: (self) => Object.keys(self).every((key) => key.length <= MAX_LABEL_KEY && LABEL_KEY.test(key)),
    },
    {
      at: `${at}.matchExpressions[]`,
      field: 'values',
      cel: "(self.operator in ['In', 'NotIn']) == has(self.values)",
      message: 'belongs to the operators In and NotIn: they need it, and no other may have it',
      check: ({ operator, values }) =>
        values === undefined ? !isOneOf(WITH_VALUES, operator) : !isOneOf(WITHOUT_VALUES, operator),
    },
  ]
}

/** The quantity may be a number, which CEL does not read as one. */
function limitRule(resource: string): Rule {
  const name = resource.replaceAll('-', '__dash__')
  const has = ['limits', 'requests'].map((part) => `has(self.${part}) && has(self.${part}.${name})`).join(' && ')
  const [limit, request] = ['limits', 'requests'].map((part) => `quantity(string(self.${part}.${name}))`)
  return {
    at: 'sidecar.resources',
    field: `limits.${resource}`,
    cel: `!(${has}) || ${limit}.compareTo(${request}) >= 0`,
    message: 'must be at least its request',
    check: ({ limits, requests }) => isAtLeast(member(limits, resource), member(requests, resource)),
  }
}

function isAtLeast(limit: unknown, request: unknown): boolean {
  const [most, least] = [parseQuantity(limit), parseQuantity(request)]
  return most === undefined || least === undefined || most >= least
}

function member(node: unknown, name: string): unknown {
  return isWritten(node) ? node[name] : undefined
}
