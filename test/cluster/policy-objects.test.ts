/** The API server and the product say the same of a policy, or differ where docs/reference/crd.md says so. */

import { describe, expect } from 'vitest'
import { DIFFERENCES, explained } from '../../scripts/crd/differences.ts'
import { applyDefinition, shippedDefinition } from '../support/kube/policy-definition.ts'
import { test } from '../support/kube/policy-test.ts'
import { productErrors } from '../support/product-errors.ts'
import { POLICY_CASES } from './crd-objects/index.ts'
import { ACCEPTED, serverErrors } from './crd-objects/policy-case.ts'

test('the definition is accepted without a warning: structural, and its rules within the budget of costs', async ({
  cluster,
}) => {
  const { status, body, warnings } = await applyDefinition(cluster.api, shippedDefinition())
  expect([status, body['message'], warnings]).toEqual([expect.toBeOneOf([200, 201]), undefined, []])
  const conditions = (body['status'] as { conditions?: readonly { type: string }[] }).conditions ?? []
  expect(conditions.map(({ type }) => type)).not.toContain('NonStructuralSchema')
})

describe('4: the server says of', () => {
  test.for(POLICY_CASES)('%s', async (policyCase, { policies }) => {
    const [, spec, errors = ACCEPTED] = policyCase
    const said = await policies.judge({ spec })
    expect(said).toBe(serverErrors(policyCase))
    // The product's own words are asserted without a server: test/core/policy/objects.test.ts
    if ((said === ACCEPTED) !== (errors === ACCEPTED)) {
      const difference =
        errors === ACCEPTED ? explained('server', said.split('; ')) : explained('product', errors.split('; '))
      expect(difference, 'a difference that is not documented').toBeDefined()
    }
  })
})

test('4: every documented difference is one of these policies', () => {
  const found = POLICY_CASES.flatMap((policyCase) => {
    const [, , errors = ACCEPTED] = policyCase
    const said = serverErrors(policyCase)
    if ((said === ACCEPTED) === (errors === ACCEPTED)) return []
    return [...((errors === ACCEPTED ? explained('server', said.split('; ')) : explained('product', [errors])) ?? [])]
  })
  expect([...new Set(found)].sort()).toEqual(DIFFERENCES.map(({ id }) => id).sort())
})

describe('4: a name', () => {
  test.for(['a', '1', 'a.b', 'a-b.c-d', 'a'.repeat(63)])('may be %s', async (name, { policies }) => {
    expect([await policies.judge({ metadata: { name } }), productErrors({ metadata: { name } })]).toEqual(['', []])
  })

  test.for(['A', 'a_b', '-a', 'a-', 'a..b', 'a.-b', 'a-.b', '.a', 'a\n', 'a'.repeat(64)])(
    'may not be %j',
    async (name, { policies }) => {
      expect(await policies.judge({ metadata: { name } })).toMatch(/^metadata\.name: /)
      expect(productErrors({ metadata: { name } })).not.toEqual([])
    },
  )
})
