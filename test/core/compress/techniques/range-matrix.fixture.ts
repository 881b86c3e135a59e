import fc from 'fast-check'
import { rangeMatrix } from '../../../../src/core/compress/techniques/range-matrix.ts'
import { nearJson } from '../../../support/json-text.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const label = fc.constantFrom('"job":"api"', '"pod":"a"', '"pod":"b"', '"zone":"x, y"', '"\\u0061":""', '"n":1')
const time = fc.constantFrom('10', '20', '30', '40', '40.5', '1e2', '"10"')
const value = fc.constantFrom('"1"', '"-0.50"', '"NaN"', '"+Inf"', '7', 'null', '"time"')

/** Series on nearly the same times, some in no order, some with other values than a series has. */
const series = fc
  .tuple(fc.uniqueArray(label, { maxLength: 3 }), fc.array(fc.tuple(time, value), { maxLength: 5 }), fc.boolean())
  .map(([labels, points, isSorted]) => {
    const pairs = points.map(([at, is]) => `[${at}, ${is}]`)
    return `{"metric":{${labels.join(',')}},"values":[${(isSorted ? pairs.sort() : pairs).join(',')}]}`
  })

const texts = fc.oneof(
  nearJson,
  fc
    .tuple(
      fc.constantFrom('', '{"status":"success","data":{"resultType":"matrix","result":', 'got '),
      fc.array(series, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
    )
    .map(([before, items, isShared]) => {
      const [first = ''] = items
      const alike = items.map((item, i) => (isShared ? first.replace('"metric":{', `"metric":{"a":"${i}",`) : item))
      return `${before}[${alike.join(',\n')}]${before.startsWith('{') ? '}}' : ''}`
    }),
)

const forms = fc
  .tuple(
    fc.constantFrom('{"job":"api"}', '{}', '{"pod":1}', '7'),
    fc.array(fc.constantFrom('{"pod":"a"}', '{"pod":"b","z":"c"}', '{}', '7'), { maxLength: 3 }),
    fc.array(fc.constantFrom('[10,"1"]', '[10,"1","2"]', '[20,null,null]', '["time"]', '7', '[]'), { maxLength: 3 }),
    fc.constantFrom('', 'got '),
  )
  .map(([shared, head, rows, before]) => {
    const columns = ['"time"', ...head].join(',')
    return `${before}[{"metric":${shared},"values":[${[`[${columns}]`, ...rows].join(',')}]}]`
  })

const WRAPPED = '{"status":"success","data":{"resultType":"matrix","result":'

export const rangeMatrixFixture: TechniqueFixture = {
  technique: rangeMatrix,
  samples: [
    [
      'series that share their times',
      `${WRAPPED}[{"metric":{"__name__":"up","job":"api","pod":"a"},"values":[[1710000000,"1"],[1710000015,"0.50"]]}, {"metric":{"__name__":"up","job":"api","pod":"b"},"values":[[1710000000,"NaN"],[1710000015,"7"]]}]}}`,
      `${WRAPPED}[{"metric":{"__name__":"up","job":"api"},"values":[\n["time",{"pod":"a"},{"pod":"b"}],\n[1710000000,"1","NaN"],\n[1710000015,"0.50","7"]]}]}}`,
    ],
    [
      'a series that begins later',
      '[{"metric":{"pod":"a"},"values":[[10,"1"],[20,"2"],[30,"3"]]},{"metric":{"pod":"b"},"values":[[20,"5"],[30,"6"]]}]',
      '[{"metric":{},"values":[\n["time",{"pod":"a"},{"pod":"b"}],\n[10,"1",null],\n[20,"2","5"],\n[30,"3","6"]]}]',
    ],
    [
      'labels in no order, whole',
      '[{"metric":{"pod":"a","job":"x"},"values":[[10,"1"],[20,"2"]]},{"metric":{"pod":"b","job":"x"},"values":[[10,"3"],[20,"4"]]}]',
      '[{"metric":{},"values":[\n["time",{"pod":"a","job":"x"},{"pod":"b","job":"x"}],\n[10,"1","3"],\n[20,"2","4"]]}]',
    ],
    [
      'more series than a reader can follow, in tables of eight',
      `[${Array.from({ length: 9 }, (_, i) => `{"metric":{"a":"${i}"},"values":[[10,"${i}"]]}`).join(',')}]`,
      `[{"metric":{},"values":[\n["time",${Array.from({ length: 8 }, (_, i) => `{"a":"${i}"}`).join(',')}],\n[10,${Array.from({ length: 8 }, (_, i) => `"${i}"`).join(',')}]]},{"metric":{},"values":[\n["time",{"a":"8"}],\n[10,"8"]]}]`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['one series', '[{"metric":{"pod":"a"},"values":[[10,"1"],[20,"2"]]}]'],
    [
      'series of other times',
      '[{"metric":{"pod":"a"},"values":[[10,"1"],[20,"2"]]},{"metric":{"pod":"b"},"values":[[11,"3"],[21,"4"]]}]',
    ],
    ['times in no order', '[{"metric":{},"values":[[20,"1"],[10,"2"]]},{"metric":{},"values":[[20,"1"],[10,"2"]]}]'],
    ['a time that is written in two ways', '[{"metric":{},"values":[[20,"1"]]},{"metric":{},"values":[[20.0,"1"]]}]'],
    ['a value that is none', '[{"metric":{},"values":[[10,null]]},{"metric":{},"values":[[10,"1"]]}]'],
    ['a label twice', '[{"metric":{"a":"1","a":"2"},"values":[[10,"1"]]},{"metric":{},"values":[[10,"1"]]}]'],
    ['a third member', '[{"metric":{},"values":[[10,"1"]],"x":1},{"metric":{},"values":[[10,"1"]],"x":1}]'],
    ['a form of ours', '[{"metric":{},"values":[["time",{"a":"1"}],[10,"2"]]}]'],
  ],
  texts,
  forms,
}
