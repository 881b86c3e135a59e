/** Server and product agree about policies that nobody thought of, or differ where docs/reference/crd.md says so. */

import fc from 'fast-check'
import { expect } from 'vitest'
import { explained } from '../../scripts/crd/differences.ts'
import { assertAsyncProperty } from '../support/assert-property.ts'
import { type PolicyApi, test } from '../support/kube/policy-test.ts'
import { type Spec, specs, validSpecs } from '../support/policy-specs.ts'
import { productErrors } from '../support/product-errors.ts'

const RUNS = { numRuns: 150, seed: 20_261_130, limitMs: 60_000 }

/** Values of every type, at the edges of what fields allow. */
const STRANGE = [
  ...[null, true, false, 0, -1, 1.5, 51, 1001, 1e9, 1e20, [], {}],
  ...[
    '',
    ' ',
    'x',
    'A b',
    'none',
    '0s',
    '25h',
    '1m1m',
    '-1',
    '0.5',
    '1Gi',
    'a\n',
    'é',
    '🙂',
    'Off',
    'Public',
    '10.0.0.0/8',
  ],
  ...['http://h', 'https://h:99999', 'https://[::1]', 'https://u@h', 'https://h/%2', 'PATH', 'x'.repeat(700)],
]

test('they agree about valid policies', async ({ policies }) => {
  await assertAsyncProperty(
    fc.asyncProperty(validSpecs(), async (spec) => {
      expect(productErrors({ spec })).toEqual([])
      const said = await policies.judge({ spec })
      // Keys outside a cluster are the one thing that a valid policy may have and a cluster has not.
      if (said !== '') expect([...(explained('server', said.split('; ')) ?? [])]).toEqual(['local-credentials'])
    }),
    RUNS,
  )
})

test('they agree about policies that meet the schema, but perhaps no rule', async ({ policies }) => {
  // One part of the policy: of the whole, some rule would refuse nearly every one, and hide the others.
  const part = fc.tuple(specs(), fc.nat()).map(([spec, nth]): Spec => {
    const members = Object.entries(spec)
    return Object.fromEntries(members.filter((_, index) => index === nth % members.length))
  })
  await assertAsyncProperty(
    fc.asyncProperty(part, (spec) => expectAgreement(policies, spec)),
    RUNS,
  )
})

test('they agree about policies in which a value was replaced, taken out or added', async ({ policies }) => {
  const edit = fc.record({
    at: fc.nat(),
    value: fc.constantFrom(...STRANGE),
    way: fc.constantFrom('replace', 'remove', 'add'),
  })
  const mutated = fc
    .tuple(validSpecs(), fc.array(edit, { minLength: 1, maxLength: 2 }))
    .map(([spec, edits]) => edits.reduce(mutate, structuredClone(spec)))
  await assertAsyncProperty(
    fc.asyncProperty(mutated, (spec) => expectAgreement(policies, spec)),
    { ...RUNS, numRuns: 400 },
  )
})

async function expectAgreement(policies: PolicyApi, spec: Spec): Promise<void> {
  const ours = productErrors({ spec })
  const said = await policies.judge({ spec })
  if ((ours.length === 0) === (said === '')) return
  const why = said === '' ? explained('product', ours) : explained('server', said.split('; '))
  expect(why, `${JSON.stringify(spec)}\nproduct: ${ours.join('; ')}\nserver: ${said}`).toBeDefined()
}

interface Edit {
  readonly at: number
  readonly value: unknown
  readonly way: string
}

function mutate(spec: Spec, { at, value, way }: Edit): Spec {
  const places = placesOf(spec)
  const place = places[at % Math.max(places.length, 1)]
  if (place === undefined) return { ...spec, selector: value }
  const { owner, key } = place
  if (way === 'add' && Array.isArray(owner)) owner.push(value)
  else if (way === 'add') owner['extra'] = value
  else if (way === 'replace') owner[key] = value
  else if (Array.isArray(owner)) owner.splice(Number(key), 1)
  else delete owner[key]
  return spec
}

interface Place {
  readonly owner: Record<string, unknown>
  readonly key: string
}

function placesOf(node: unknown): Place[] {
  if (typeof node !== 'object' || node === null) return []
  const owner = node as Record<string, unknown>
  return Object.entries(owner).flatMap(([key, child]) => [{ owner, key }, ...placesOf(child)])
}
