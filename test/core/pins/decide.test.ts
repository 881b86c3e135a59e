import { describe, expect, test } from 'vitest'
import type { Choice } from '../../../src/core/compress/index.ts'
import { formOf, type Known, type Pin } from '../../../src/core/pins/decide.ts'

const FORM = [7, 200]

/** The form while the policy rewrites, and while it does not. */
type Forms = readonly [rewriting: Choice, not: Choice]

const AS_POLICY: Forms = ['policy', 'as-came']
const AS_CAME: Forms = ['as-came', 'as-came']
const KEPT: Forms = [FORM, FORM]
/** The other form of a result that came unchanged, whatever the policy wants today. */
const OTHER: Forms = ['other', 'other']

const either = [true, false]

/** `undefined` stands for both values of a flag; for a pin it is a result that nobody knows. */
const TABLE: readonly (readonly [pin: Pin | undefined, flags: Partial<Omit<Known, 'pin'>>, forms: Forms])[] = [
  [undefined, { isRefused: false, isNew: true }, AS_POLICY],
  ['as-came', { isRefused: false, isNew: true, hasReasoning: false }, AS_POLICY],
  ['as-came', { isRefused: false, isNew: true, hasReasoning: true }, AS_CAME],
  ['unpinned', { isRefused: false, isNew: true }, AS_POLICY],
  [FORM, { isRefused: false, isNew: true, hasReasoning: false }, AS_POLICY],
  [FORM, { isRefused: false, isNew: true, hasReasoning: true }, KEPT],
  [undefined, { isRefused: false, isNew: false, hasReasoning: true }, AS_CAME],
  [undefined, { isRefused: false, isNew: false, hasReasoning: false }, AS_POLICY],
  ['as-came', { isRefused: false, isNew: false }, AS_CAME],
  ['unpinned', { isRefused: false, isNew: false }, AS_CAME],
  [FORM, { isRefused: false, isNew: false }, KEPT],
  [undefined, { isRefused: true }, OTHER],
  ['as-came', { isRefused: true }, OTHER],
  ['unpinned', { isRefused: true }, AS_CAME],
  [FORM, { isRefused: true }, AS_CAME],
]

function cases({ isRefused, isNew, hasReasoning }: Partial<Omit<Known, 'pin'>>): Omit<Known, 'pin'>[] {
  const values = (flag: boolean | undefined): readonly boolean[] => (flag === undefined ? either : [flag])
  return values(isRefused).flatMap((refused) =>
    values(isNew).flatMap((fresh) =>
      values(hasReasoning).map((bound) => ({ isRefused: refused, isNew: fresh, hasReasoning: bound })),
    ),
  )
}

describe('PC-1, PC-2, PC-3: the form of a result', () => {
  test.each(TABLE)('with the pin %j and %j is %j', (pin, flags, forms) => {
    for (const known of cases(flags)) {
      expect([formOf({ pin, ...known }, true), formOf({ pin, ...known }, false)]).toEqual(forms)
    }
  })

  test('is decided for everything that can be known', () => {
    expect(TABLE.flatMap(([, flags]) => cases(flags))).toHaveLength(4 * 2 * 2 * 2)
  })
})
