import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDiagnostic, parsePolicyDocuments } from '../../../src/core/policy/documents.ts'
import { compilePolicy } from '../../../src/core/policy/index.ts'
import { assertProperty } from '../../support/assert-property.ts'

const HEAD = 'apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: agents }\n'

function errorsOf(text: string): string[] {
  return parsePolicyDocuments(text, 'p.yaml').errors.map(formatDiagnostic)
}

/** A spec in flow style stands on line 4. */
function errorsOfSpec(spec: string): string[] {
  return errorsOf(`${HEAD}spec: ${spec}\n`).map((line) => line.replace('p.yaml:4: spec', 'spec'))
}

describe('a policy document', () => {
  test('is read from YAML', () => {
    const { policies, errors } = parsePolicyDocuments(`${HEAD}spec:\n  compression: { mode: Audit }\n`, 'p.yaml')
    expect(errors).toEqual([])
    expect(policies).toEqual([{ file: 'p.yaml', name: 'agents', spec: { compression: { mode: 'Audit' } } }])
  })

  test('is read from JSON', () => {
    const text = JSON.stringify({
      apiVersion: 'm2m.io/v1alpha1',
      kind: 'M2MPolicy',
      metadata: { name: 'agents', labels: { team: 'a' } },
      spec: {},
      status: { anything: 1 },
    })
    expect(parsePolicyDocuments(text, 'p.json')).toEqual({
      policies: [{ file: 'p.json', name: 'agents', spec: {} }],
      errors: [],
      notes: [],
    })
  })

  test('stands beside others in one file; empty ones do not count', () => {
    const { policies, errors } = parsePolicyDocuments(
      `---\n# nothing\n---\n${HEAD}spec: {}\n---\n${HEAD.replace('agents', 'batch')}spec: {}\n---\n`,
      'p.yaml',
    )
    expect(errors).toEqual([])
    expect(policies.map(({ name }) => name)).toEqual(['agents', 'batch'])
  })

  test.each(['Safe', 'Balanced', 'Aggressive'])('may choose the profile %s', (profile) => {
    expect(errorsOfSpec(`{ compression: { profile: ${profile} } }`)).toEqual([])
  })

  test('is the example as it ships', () => {
    const file = 'examples/m2mpolicy.yaml'
    const { policies, errors } = parsePolicyDocuments(readFileSync(file, 'utf8'), file)
    expect(errors).toEqual([])
    expect(policies.map(({ spec }) => spec.providers?.map(({ name }) => name))).toEqual([
      ['openai', 'anthropic', 'ollama'],
    ])
  })
})

const FIELDS =
  'scope, priority, suspend, selector, namespaceSelector, sidecar, rollout, providers, compression, cache, limits, failureMode, telemetry'

describe('errors', () => {
  test('are told all together, in the order of the file, with line and path', () => {
    const text = `${HEAD}spec:
  compression:
    profil: Safe
    minTokens: many
    holdoutPercent: 10
    mode: Audit
  providers:
    - name: openai
      timeouts:
        idle: 5 minutes
    - name: corp
  selector: {}
`
    expect(errorsOf(text)).toEqual([
      'p.yaml:6: spec.compression.profil: unknown field; did you mean profile?',
      'p.yaml:7: spec.compression.minTokens: must be an integer, not the string "many"',
      'p.yaml:13: spec.providers[0].timeouts.idle: must be a duration such as 10s, 1h30m or none',
      'p.yaml:14: spec.providers[1].baseURL: is required for a provider that is not built in',
      'p.yaml:15: spec.selector: is empty: leave it out to match everything',
    ])
  })

  test.each([
    ['[]', 'spec: must be an object, not a list'],
    ['', 'spec: must not be null: give it a value, or leave it out'],
    [
      '{ providers: [{ name: openai, timeouts: { idle: 10 } }] }',
      'spec.providers[0].timeouts.idle: must be a duration such as 10s, 1h30m or none, not the number 10',
    ],
    ['{ compresion: {} }', 'spec.compresion: unknown field; did you mean compression?'],
    ['{ zzzz: 1 }', `spec.zzzz: unknown field; known are ${FIELDS}`],
    ['{ prioritty: 1 }', 'spec.prioritty: unknown field; did you mean priority?'],
    ['{ __proto__: {} }', `spec.__proto__: unknown field; known are ${FIELDS}`],
    ['{ cache: { mode: On } }', 'spec.cache.mode: must be one of Disabled, Audit, Auto'],
    ['{ cache: { ttl: 1h } }', 'spec.cache.ttl: unknown field; known are mode'],
    ['{ scanner: {} }', 'spec.scanner: not available in this version'],
    ['{ limits: { tokensPerMinute: 5 } }', 'spec.limits.tokensPerMinute: not available in this version'],
    ['{ compression: { allowHeaders: [mode] } }', 'spec.compression.allowHeaders: not available in this version'],
    [
      '{ compression: { excludedResults: Untouched } }',
      'spec.compression.excludedResults: not available in this version',
    ],
    ['{ telemetry: { tags: [team] } }', 'spec.telemetry.tags: not available in this version'],
    ['{ telemetry: { propagate: true } }', 'spec.telemetry.propagate: not available in this version'],
    ['{ telemetry: { spanKind: Client } }', 'spec.telemetry.spanKind: not available in this version'],
    ['{ telemetry: { recordContent: true } }', 'spec.telemetry.recordContent: true is not available in this version'],
    [
      '{ compression: { profile: Sage } }',
      'spec.compression.profile: must be one of Safe, Balanced, Aggressive; did you mean Safe?',
    ],
    [
      '{ compression: { mode: enforce } }',
      'spec.compression.mode: must be one of Disabled, Audit, Enforce; did you mean Enforce?',
    ],
    ['{ compression: { minTokens: 1.5 } }', 'spec.compression.minTokens: must be an integer, not the number 1.5'],
    ['{ compression: { minTokens: -1 } }', 'spec.compression.minTokens: must be between 0 and 1000000'],
    ['{ compression: { holdoutPercent: 51 } }', 'spec.compression.holdoutPercent: must be between 0 and 50'],
    [
      '{ compression: { subscriptionTraffic: yes } }',
      'spec.compression.subscriptionTraffic: must be true or false, not the string "yes"',
    ],
    [
      '{ compression: { excludeTools: [""] } }',
      'spec.compression.excludeTools[0]: must not have fewer than 1 characters',
    ],
    ['{ compression: { excludeTools: Read } }', 'spec.compression.excludeTools: must be a list, not the string "Read"'],
    ['{ failureMode: 3 }', 'spec.failureMode: must be one of Open, Closed'],
    [
      '{ telemetry: { otlpEndpoint: localhost } }',
      'spec.telemetry.otlpEndpoint: must be an absolute http or https URL',
    ],
    ['{ providers: [{ name: openai }, { name: openai }] }', 'spec.providers: must have different names'],
    ['{ providers: [{ baseURL: "https://h" }] }', 'spec.providers[0].name: is required'],
    [
      '{ providers: [{ name: My_Gateway, baseURL: "https://h" }] }',
      'spec.providers[0].name: must be lower-case letters, digits and inner hyphens',
    ],
    [
      '{ providers: [{ name: api, baseURL: "https://h" }] }',
      'spec.providers[0].name: is reserved: v1, api, health, stats, _m2m are paths of the sidecar itself',
    ],
    [
      '{ providers: [{ name: a, baseURL: "http://h" }] }',
      'spec.providers[0].baseURL: must be https (allowInsecure: true permits a plain-text upstream)',
    ],
    [
      '{ providers: [{ name: a, baseURL: "ftp://h" }] }',
      'spec.providers[0].baseURL: must be an absolute http or https URL',
    ],
    [
      '{ providers: [{ name: a, baseURL: "https:///v1" }] }',
      'spec.providers[0].baseURL: must be an absolute http or https URL',
    ],
    [
      '{ providers: [{ name: a, baseURL: "https://u:p@h" }] }',
      'spec.providers[0].baseURL: must carry no credentials, query or fragment',
    ],
    [
      '{ providers: [{ name: a, baseURL: "https://h?api-version=x" }] }',
      'spec.providers[0].baseURL: must carry no credentials, query or fragment',
    ],
    [
      '{ providers: [{ name: openai, timeouts: { total: 25h } }] }',
      'spec.providers[0].timeouts.total: must be between 1ms and 24h, or none',
    ],
    [
      '{ providers: [{ name: openai, timeouts: { idle: 0s } }] }',
      'spec.providers[0].timeouts.idle: must be between 1ms and 24h, or none',
    ],
  ])('spec %s', (spec, error) => {
    expect(errorsOfSpec(spec)).toEqual([error])
  })

  test.each([
    ['{ providers: [{ name: a, baseURL: "http://h", allowInsecure: true }] }'],
    ['{ providers: [{ name: ollama }] }'],
    ['{ compression: { excludeTools: [] } }'],
    ['{ compression: { mode: Audit, holdoutPercent: 0 } }'],
    ['{ providers: [{ name: openai, timeouts: { total: none, idle: 1h30m } }] }'],
  ])('spec %s has none', (spec) => {
    expect(errorsOfSpec(spec)).toEqual([])
  })

  test.each([
    ['', []],
    ['# only a comment\n', []],
    ['42', ['p.yaml:1: must be an object, not the number 42']],
    [
      'apiVersion: apps/v1\nkind: Deployment\nspec: {}',
      ['p.yaml:1: apiVersion: must be m2m.io/v1alpha1', 'p.yaml:2: kind: must be M2MPolicy'],
    ],
    [
      `${HEAD.replace('agents', 'My Agents')}spec: {}`,
      ['p.yaml:3: metadata.name: must be lower-case letters, digits, inner hyphens and dots'],
    ],
    [`${HEAD}spec: {}\nspce: {}`, ['p.yaml:5: spce: unknown field; did you mean spec?']],
    [`${HEAD}spec:\n  failureMode: Open\n  failureMode: Closed`, ['p.yaml:6: Map keys must be unique']],
    [`${HEAD}spec: { failureMode: !custom Open }`, ['p.yaml:4: Unresolved tag: !custom']],
    [`${HEAD}spec: *nothing`, ['p.yaml:1: Unresolved alias (the anchor must be set before the alias): nothing']],
  ])('text %j', (text, errors) => {
    expect(errorsOf(text)).toEqual(errors)
  })

  test('name the line of a syntax error', () => {
    expect(errorsOf(`${HEAD}spec:\n\tcompression: {}\n`)[0]).toMatch(/^p\.yaml:5: Tabs are not allowed/)
  })

  test('include a bomb of aliases, nesting beyond the stack, and files beyond 1 MiB', () => {
    const levels = 'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`)
    expect(errorsOf(`a: &a [x]\n${levels.join('\n')}\n`)).toEqual([
      'p.yaml:1: Excessive alias count indicates a resource exhaustion attack',
    ])
    expect(errorsOf('['.repeat(50_000))).not.toEqual([])
    expect(errorsOf('#'.repeat(1024 * 1024 + 1))).toEqual(['p.yaml: is larger than 1 MiB'])
  })

  test('never throw, whatever stands in the document, and what has none compiles', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json().map((json) => `${HEAD}spec: ${json}`),
      fc.json().map((json) => `${HEAD}spec: { providers: [${json}], compression: ${json} }`),
      fc.webUrl().map((url) => `${HEAD}spec: { providers: [{ name: a, baseURL: '${url}', allowInsecure: true }] }`),
    )
    assertProperty(
      fc.property(text, (written) => {
        const { policies, errors } = parsePolicyDocuments(written, 'p.yaml')
        for (const { name, spec } of policies) compilePolicy(spec, { name, engineVersion: '1' })
        expect(errors.every(({ message }) => message !== '')).toBe(true)
      }),
    )
  })
})
