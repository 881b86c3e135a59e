/** The rules for every provider API. A new one is tested as soon as it is in the table. */

import { describe, expect, test } from 'vitest'
import {
  BUILT_IN_HOSTS,
  CREDENTIAL_HEADERS,
  DEFAULT_DIALECT,
  dialects,
  errorReply,
  PROVIDER_APIS,
  PROVIDER_DIALECTS,
} from '../../../src/core/dialect/index.ts'
import { M2MError } from '../../../src/core/errors.ts'
import { parsePolicyDocuments } from '../../../src/core/policy/documents.ts'
import { defaultPolicy, route } from '../../../src/core/policy/index.ts'

const builtIn = defaultPolicy({ mode: 'Enforce', profile: 'Safe', upstreams: [], engineVersion: 'test' })

const APIS = PROVIDER_DIALECTS.map((name) => [name, PROVIDER_APIS[name]] as const)

function asked(target: string) {
  return { method: 'POST', target, headers: {} }
}

function routed(target: string) {
  const { found } = route(builtIn, asked(target))
  if (found instanceof M2MError) throw found
  return found
}

describe.each(APIS)('%s', (name, api) => {
  test('is a dialect that a policy may name', () => {
    const providers = `[{ name: mine, dialect: ${name}, baseURL: "https://mine.example" }]`
    const text = `apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: p }\nspec: { providers: ${providers} }`
    expect(parsePolicyDocuments(text, 'p.yaml')).toMatchObject({ policies: [{ name: 'p' }] })
  })

  test('serves its paths when a call names no provider', () => {
    for (const path of api.paths) expect(route(builtIn, asked(`${path}/x`)).dialect).toBe(name)
  })

  test('serves the path of each of its dialects, with and without a provider in front', () => {
    for (const dialect of dialects.filter(({ provider }) => provider === name)) {
      expect(routed(dialect.path)).toMatchObject({ provider: { dialect: name }, call: { dialect } })
      for (const host of Object.keys(api.hosts)) {
        expect(routed(`/${host}${dialect.path}`)).toMatchObject({ provider: { name: host }, call: { dialect } })
      }
    }
  })

  test('puts the message of an error into its body', () => {
    const problem = { status: 404, code: 'NO_SUCH_PROVIDER', message: 'a "quoted" message' }
    expect(errorReply(name, problem)).toContain(JSON.stringify(problem.message))
  })

  test('names the headers of a key in lower case', () => {
    expect(CREDENTIAL_HEADERS).toEqual(expect.arrayContaining([...api.credentialHeaders]))
    for (const header of api.credentialHeaders) expect(header).toBe(header.toLowerCase())
  })

  test('shares no resource, path or host name with another API', () => {
    const own = signsOf(api)
    const others = APIS.filter(([other]) => other !== name).flatMap(([, other]) => signsOf(other))
    expect(own.filter((sign) => others.includes(sign))).toEqual([])
  })
})

test('has a name and a URL for every built-in provider', () => {
  for (const { url, telemetryName } of BUILT_IN_HOSTS.values()) {
    expect(URL.canParse(url)).toBe(true)
    expect(telemetryName).toMatch(/^[a-z._]+$/)
  }
  expect(PROVIDER_DIALECTS).toContain(DEFAULT_DIALECT)
})

test('keeps the order of the credential headers: it is part of the cache keys on the wire', () => {
  const known = ['authorization', 'x-api-key', 'api-key']
  expect(CREDENTIAL_HEADERS.filter((name) => known.includes(name))).toEqual(known)
})

function signsOf(api: (typeof PROVIDER_APIS)['openai']): string[] {
  return [
    ...[...api.resources].map((name) => `resource ${name}`),
    ...api.paths.map((path) => `path ${path}`),
    ...Object.keys(api.hosts).map((name) => `host ${name}`),
  ]
}
