/** Values that JSON.parse keeps, with lists of like objects in them. */

import fc from 'fast-check'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const name = fc.constantFrom('id', 'name', 'status', 'tags', 'owner')

/** Objects with keys in one order, some of them missing; as a list, or by name. */
function records(value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const cells = fc.array(fc.option(value, { nil: undefined }), { minLength: 4, maxLength: 4 })
  return fc
    .tuple(
      fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      fc.array(cells, { minLength: 2, maxLength: 6 }),
      fc.constantFrom('list', 'map', 'inner', 'alike'),
    )
    .map(([names, rows, how]) => {
      const objects = rows.map((row, at): { [key: string]: Json } => {
        const from = how === 'alike' ? (rows[0] as typeof row) : row
        const object = Object.fromEntries(names.flatMap((key, i) => (from[i] === undefined ? [] : [[key, from[i]]])))
        if (how !== 'inner') return object
        const host = { zone: { name: 'b', rack: 3 } }
        return at % 3 === 2
          ? { no: at, extra: object, host }
          : { no: at, call: { method: 'GET', ms: at }, extra: object, host }
      })
      return how === 'map' ? Object.fromEntries(objects.map((object, i) => [`node-${i}`, object])) : objects
    })
}

export const likeObjects: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json[]>(null, '', 'running', 'a, b', '1.5', 0, -1.5, true),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    records(tie('value')),
  ),
})).value
