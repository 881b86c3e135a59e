/** What `m2m check` says of policies, from their statuses. */

import { expect, test } from 'vitest'
import type { Known } from '../../../src/cli/check/known.ts'
import { checkPolicies } from '../../../src/cli/check/policies.ts'

function check(...statuses: readonly object[]) {
  const value = statuses.map((status, index) => ({
    metadata: { namespace: 'shop', name: `p${index}`, generation: 1 },
    spec: {},
    status: { observedGeneration: 1, ...status },
  }))
  return checkPolicies({ policies: { state: 'found', value } } as unknown as Known)
}

const programmed = (status: string, reason: string) => ({ conditions: [{ type: 'Programmed', status, reason }] })

test('a cluster without policies is told what that means', () => {
  expect(check()).toMatchObject({ state: 'ok', message: 'there is none: sidecars measure, and change nothing' })
})

test('a policy that is suspended, such as an off switch, is in no trouble', () => {
  const finding = check(programmed('True', 'Programmed'), programmed('False', 'Suspended'))
  expect(finding).toMatchObject({ state: 'ok', message: '1 of 2 are in force, the others are suspended' })
})

test('one that a bundle could not take is named, with the reason', () => {
  const finding = check(programmed('True', 'Programmed'), programmed('False', 'WriteFailed'))
  expect(finding).toMatchObject({
    state: 'warning',
    message: '1 of 2 policies: shop/p1 (Programmed=False, WriteFailed)',
  })
})
