/** Good and bad policies: fields that only a cluster gives a meaning. */

import type { PolicyCase } from './policy-case.ts'

const NO_KEY = 'spec.selector.matchLabels: must have keys of labels, such as app or example.com/team'
const VALUES =
  'spec.selector.matchExpressions[0].values: belongs to the operators In and NotIn: they need it, and no other may have it'
const QUANTITY =
  'spec.sidecar.resources.requests.cpu: must be a quantity such as 500m, 2 or 128Mi, a fraction in quotes ("0.5")'

const label = { matchLabels: { app: 'agent' } }

function labels(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']))
}

function expression(requirement: object): object {
  return { selector: { matchExpressions: [requirement] } }
}

function resources(requests: object, limits: object = {}): object {
  return { sidecar: { resources: { requests, limits } } }
}

export const PLACES: readonly PolicyCase[] = [
  ['nothing', {}],
  ['a default and a priority', { scope: 'Default', priority: 1000 }],
  [
    'scope in lower case',
    { scope: 'default' },
    'spec.scope: must be one of Default, Override; did you mean Default?',
    'spec.scope: Unsupported value: "default": supported values: "Default", "Override"',
  ],
  [
    'scope Override alone',
    { scope: 'Override' },
    "spec.scope: Override needs namespaceSelector: it is for cluster-wide policies of the operator's namespace",
  ],
  ['scope Override with a namespaceSelector', { scope: 'Override', namespaceSelector: label }],
  [
    'the off switch of a fleet',
    {
      scope: 'Override',
      priority: 1000,
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'Exists' }] },
      compression: { mode: 'Disabled' },
    },
  ],
  [
    'priority 1001',
    { priority: 1001 },
    'spec.priority: must be between 0 and 1000',
    'spec.priority: Invalid value: 1001: spec.priority in body should be less than or equal to 1000',
  ],
  [
    'priority -1',
    { priority: -1 },
    'spec.priority: must be between 0 and 1000',
    'spec.priority: Invalid value: -1: spec.priority in body should be greater than or equal to 0',
  ],
  [
    'priority 1.5',
    { priority: 1.5 },
    'spec.priority: must be an integer, not the number 1.5',
    'spec.priority: Invalid value: "number": spec.priority in body must be of type integer: "number"',
  ],
  [
    'priority as a text',
    { priority: '5' },
    'spec.priority: must be an integer, not the string "5"',
    'spec.priority: Invalid value: "string": spec.priority in body must be of type integer: "string"',
  ],
  [
    'priority beyond every integer',
    { priority: 1e20 },
    'spec.priority: must be between 0 and 1000',
    'spec.priority: Invalid value: "number": spec.priority in body must be of type integer: "number"; spec.priority: Invalid value: 1e+20: spec.priority in body should be less than or equal to 1000',
  ],
  ['suspend', { suspend: true }],
  [
    'suspend as a text',
    { suspend: 'true' },
    'spec.suspend: must be true or false, not the string "true"',
    'spec.suspend: Invalid value: "string": spec.suspend in body must be of type boolean: "string"',
  ],
  ['an empty selector', { selector: {} }, 'spec.selector: is empty: leave it out to match everything'],
  [
    'an empty namespaceSelector',
    { namespaceSelector: {} },
    'spec.namespaceSelector: is empty: leave it out to match everything',
  ],
  [
    'empty matchLabels',
    { selector: { matchLabels: {} } },
    'spec.selector.matchLabels: must not have fewer than 1 properties',
    'spec.selector.matchLabels: Invalid value: 0: spec.selector.matchLabels in body should have at least 1 properties',
  ],
  [
    'empty matchExpressions',
    { selector: { matchExpressions: [] } },
    'spec.selector.matchExpressions: must not have fewer than 1 items',
    'spec.selector.matchExpressions: Invalid value: 0: spec.selector.matchExpressions in body should have at least 1 items',
  ],
  [
    'a selector that is a list',
    { selector: [] },
    'spec.selector: must be an object, not a list; spec.selector: is empty: leave it out to match everything',
    'spec.selector: Invalid value: "array": spec.selector in body must be of type object: "array"',
  ],
  ['a label', { selector: label }],
  ['a label with a prefix', { selector: { matchLabels: { 'example.com/team-a': 'x_y.Z' } } }],
  ['a label without a value', { selector: { matchLabels: { app: '' } } }],
  [
    'a value with a space',
    { selector: { matchLabels: { app: 'a b' } } },
    'spec.selector.matchLabels.app: must be the value of a label: at most 63 letters, digits and inner hyphens, underscores and dots',
    'spec.selector.matchLabels.app: Invalid value: "a b": spec.selector.matchLabels.app in body should match its pattern',
  ],
  ['a value of 63', { selector: { matchLabels: { app: 'a'.repeat(63) } } }],
  [
    'a value of 64',
    { selector: { matchLabels: { app: 'a'.repeat(64) } } },
    'spec.selector.matchLabels.app: must not have more than 63 characters',
    'spec.selector.matchLabels.app: Too long: may not be more than 63 bytes',
  ],
  [
    'a value that is a number',
    { selector: { matchLabels: { app: 1 } } },
    'spec.selector.matchLabels.app: must be the value of a label: at most 63 letters, digits and inner hyphens, underscores and dots, not the number 1',
    'spec.selector.matchLabels.app: Invalid value: "integer": spec.selector.matchLabels.app in body must be of type string: "integer"',
  ],
  [
    'a value that ends in a newline',
    { selector: { matchLabels: { app: 'a\n' } } },
    'spec.selector.matchLabels.app: must be the value of a label: at most 63 letters, digits and inner hyphens, underscores and dots',
    'spec.selector.matchLabels.app: Invalid value: "a\\n": spec.selector.matchLabels.app in body should match its pattern',
  ],
  ['a key with a space', { selector: { matchLabels: { 'a b': 'x' } } }, NO_KEY],
  ['a key with two slashes', { selector: { matchLabels: { 'a/b/c': 'x' } } }, NO_KEY],
  ['a key with an upper-case prefix', { selector: { matchLabels: { 'A.b/c': 'x' } } }, NO_KEY],
  ['a key of 63', { selector: { matchLabels: { ['k'.repeat(63)]: 'x' } } }],
  ['a key of 64', { selector: { matchLabels: { ['k'.repeat(64)]: 'x' } } }, NO_KEY],
  ['an empty key', { selector: { matchLabels: { '': 'x' } } }, NO_KEY],
  ['the key __proto__', JSON.parse('{"selector":{"matchLabels":{"__proto__":"x"}}}'), NO_KEY],
  ['16 labels', { selector: { matchLabels: labels(16) } }],
  [
    '17 labels',
    { selector: { matchLabels: labels(17) } },
    'spec.selector.matchLabels: must not have more than 16 properties',
    'spec.selector.matchLabels: Too many: 17: must have at most 16 items',
  ],
  [
    'a bad key in a namespaceSelector',
    { namespaceSelector: { matchLabels: { 'a b': 'x' } } },
    'spec.namespaceSelector.matchLabels: must have keys of labels, such as app or example.com/team',
  ],
  ['In with values', expression({ key: 'app', operator: 'In', values: ['a', 'b'] })],
  ['In without values', expression({ key: 'app', operator: 'In' }), VALUES],
  [
    'In with an empty list',
    expression({ key: 'app', operator: 'In', values: [] }),
    'spec.selector.matchExpressions[0].values: must not have fewer than 1 items',
    'spec.selector.matchExpressions[0].values: Invalid value: 0: spec.selector.matchExpressions[0].values in body should have at least 1 items',
  ],
  ['NotIn without values', expression({ key: 'app', operator: 'NotIn' }), VALUES],
  ['Exists', expression({ key: 'app', operator: 'Exists' })],
  ['Exists with values', expression({ key: 'app', operator: 'Exists', values: ['a'] }), VALUES],
  ['DoesNotExist with values', expression({ key: 'app', operator: 'DoesNotExist', values: ['a'] }), VALUES],
  [
    'an operator in lower case',
    expression({ key: 'app', operator: 'in', values: ['a'] }),
    'spec.selector.matchExpressions[0].operator: must be one of In, NotIn, Exists, DoesNotExist; did you mean In?',
    'spec.selector.matchExpressions[0].operator: Unsupported value: "in": supported values: "In", "NotIn", "Exists", "DoesNotExist"',
  ],
  [
    'an expression without a key',
    expression({ operator: 'Exists' }),
    'spec.selector.matchExpressions[0].key: is required',
    'spec.selector.matchExpressions[0].key: Required value',
  ],
  [
    'an expression without an operator',
    expression({ key: 'app' }),
    'spec.selector.matchExpressions[0].operator: is required',
    'spec.selector.matchExpressions[0].operator: Required value',
  ],
  [
    'an expression with a bad key',
    expression({ key: 'a b', operator: 'Exists' }),
    'spec.selector.matchExpressions[0].key: must be the key of a label',
    'spec.selector.matchExpressions[0].key: Invalid value: "a b": spec.selector.matchExpressions[0].key in body should match its pattern',
  ],
  [
    '33 values',
    expression({ key: 'app', operator: 'In', values: Array.from({ length: 33 }, (_, n) => String(n)) }),
    'spec.selector.matchExpressions[0].values: must not have more than 32 items',
    'spec.selector.matchExpressions[0].values: Too many: 33: must have at most 32 items',
  ],
  [
    'an unknown member of a selector',
    { selector: { matchFields: [] } },
    'spec.selector.matchFields: unknown field; known are matchLabels, matchExpressions; spec.selector: is empty: leave it out to match everything',
    'strict decoding error: unknown field "spec.selector.matchFields"',
  ],
  ['a log level', { sidecar: { logLevel: 'debug' } }],
  [
    'an unknown log level',
    { sidecar: { logLevel: 'trace' } },
    'spec.sidecar.logLevel: must be one of error, warn, info, debug',
    'spec.sidecar.logLevel: Unsupported value: "trace": supported values: "error", "warn", "info", "debug"',
  ],
  ['quantities as numbers', resources({ cpu: 1 }, { cpu: 2 })],
  ['quantities as texts', resources({ cpu: '100m', memory: '96Mi' }, { cpu: '0.5', memory: '256Mi' })],
  ['equal quantities in two units', resources({ cpu: '1', memory: '128Mi' }, { cpu: '1000m', memory: '134217728' })],
  ['a number and a text', resources({ cpu: '1500m' }, { cpu: 2 })],
  [
    'a limit below its request',
    resources({ cpu: 2 }, { cpu: '1999m' }),
    'spec.sidecar.resources.limits.cpu: must be at least its request',
  ],
  [
    'a memory limit below its request',
    resources({ memory: '129Mi' }, { memory: '128Mi' }),
    'spec.sidecar.resources.limits.memory: must be at least its request',
  ],
  [
    'a storage limit below its request',
    resources({ 'ephemeral-storage': '1G' }, { 'ephemeral-storage': '900M' }),
    'spec.sidecar.resources.limits.ephemeral-storage: must be at least its request',
  ],
  [
    'a decimal unit below a binary one',
    resources({ memory: '1Gi' }, { memory: '1G' }),
    'spec.sidecar.resources.limits.memory: must be at least its request',
  ],
  ['a limit of another resource', resources({ cpu: 2 }, { memory: '1Mi' })],
  [
    'a fraction that is a number',
    resources({ cpu: 0.5 }),
    `${QUANTITY}, not the number 0.5`,
    'spec.sidecar.resources.requests.cpu: Invalid value: "number": spec.sidecar.resources.requests.cpu in body must be of type integer,string: "number"',
  ],
  [
    'a unit that is none',
    resources({ cpu: '1x' }),
    QUANTITY,
    'spec.sidecar.resources.requests.cpu: Invalid value: "1x": spec.sidecar.resources.requests.cpu in body should match its pattern',
  ],
  [
    'an exponent',
    resources({ cpu: '1e3' }),
    QUANTITY,
    'spec.sidecar.resources.requests.cpu: Invalid value: "1e3": spec.sidecar.resources.requests.cpu in body should match its pattern',
  ],
  [
    'a negative quantity',
    resources({ cpu: -1 }),
    'spec.sidecar.resources.requests.cpu: must be between 0 and 999999999',
    'spec.sidecar.resources.requests.cpu: Invalid value: -1: spec.sidecar.resources.requests.cpu in body should be greater than or equal to 0',
  ],
  [
    'a negative quantity as a text',
    resources({ cpu: '-1' }),
    QUANTITY,
    'spec.sidecar.resources.requests.cpu: Invalid value: "-1": spec.sidecar.resources.requests.cpu in body should match its pattern',
  ],
  [
    'a quantity beyond nine digits',
    resources({ memory: 1_000_000_000 }),
    'spec.sidecar.resources.requests.memory: must be between 0 and 999999999',
    'spec.sidecar.resources.requests.memory: Invalid value: 1000000000: spec.sidecar.resources.requests.memory in body should be less than or equal to 999999999',
  ],
  [
    'an empty quantity',
    resources({ cpu: '' }),
    QUANTITY,
    'spec.sidecar.resources.requests.cpu: Invalid value: "": spec.sidecar.resources.requests.cpu in body should match its pattern',
  ],
  [
    'a resource that is none',
    resources({ gpus: 1 }),
    'spec.sidecar.resources.requests.gpus: unknown field; known are cpu, memory, ephemeral-storage',
    'strict decoding error: unknown field "spec.sidecar.resources.requests.gpus"',
  ],
  ['rollout OnDelete', { rollout: { strategy: 'OnDelete' } }],
  [
    'rollout RollingRestart',
    { rollout: { strategy: 'RollingRestart' } },
    'spec.rollout.strategy: RollingRestart is not available in this version',
    'spec.rollout.strategy: Unsupported value: "RollingRestart": supported values: "OnDelete"',
  ],
  [
    'rollout with a number of workloads',
    { rollout: { maxUnavailableWorkloads: 1 } },
    'spec.rollout.maxUnavailableWorkloads: not available in this version',
    'strict decoding error: unknown field "spec.rollout.maxUnavailableWorkloads"',
  ],
]
