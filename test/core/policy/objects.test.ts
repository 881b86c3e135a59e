/** The policies that the cluster tests send to an API server, and what the product says of them: no cluster is needed for that. */

import { describe, expect, test } from 'vitest'
import { POLICY_CASES } from '../../cluster/crd-objects/index.ts'
import { ACCEPTED } from '../../cluster/crd-objects/policy-case.ts'
import { productErrors } from '../../support/product-errors.ts'

test.each(POLICY_CASES)('%s', (_title, spec, errors = ACCEPTED) => {
  expect(productErrors({ spec }).join('; ')).toBe(errors)
})

describe('a name', () => {
  test.each(['a', '1', 'a.b', 'a-b.c-d', 'a'.repeat(63)])('may be %s', (name) => {
    expect(productErrors({ metadata: { name } })).toEqual([])
  })

  test.each(['A', 'a_b', '-a', 'a-', 'a..b', 'a.-b', 'a-.b', '.a', 'a\n', 'a'.repeat(64)])('may not be %j', (name) => {
    expect(productErrors({ metadata: { name } })).toEqual([expect.stringMatching(/^metadata\.name: must /)])
  })
})

test('no message repeats what may be a key', () => {
  const key = `sk-proj-${'A1b2'.repeat(10)}`
  const places = [
    { credentials: key },
    { credentials: { secretKeyRef: key } },
    { credentials: { mode: key } },
    { tls: key },
  ]
  for (const place of places) {
    const errors = productErrors({ spec: { providers: [{ name: 'openai', ...place }] } })
    expect(errors).not.toEqual([])
    expect(errors.join()).not.toContain(key)
  }
})
