import { expect, test } from 'vitest'
import { isSameValue } from '../../src/replay/check/same-value.ts'

const E = '\u001b'

test.each([
  ['equal text', 'a  b', 'a  b'],
  ['JSON with other white space', '{"a": [1.0, 2]}', '{"a":[1.0,2]}'],
  ['JSON inside of text', 'result: {"a": 1} done', 'result: {"a":1} done'],
  ['colours', `${E}[31mred${E}[0m`, 'red'],
  ['frames that were left out', '10 %\r100 %\nend', '100 % [1 earlier frame left out]\nend'],
  ['a line that was erased', `abc\r${E}[Kxy`, 'xy [1 earlier frame left out]'],
  ['a line that was erased as a whole', `abc${E}[2K${E}[1Gxy`, 'xy [1 earlier frame left out]'],
  ['lines drawn again from above', `a\nb\n${E}[2Ac\nd\n`, 'c\nd [2 earlier frames of these 2 lines left out]\n'],
  ['an erase of nothing', `${E}[1mabc${E}[K\nxy`, 'abc\nxy'],
  ['the same frame twice', `abc${E}[1Gabc\nxy`, 'abc\nxy'],
  ['records', `${E}[1mid${E}[m\r1\r2\n`, 'id\r1\r2\n'],
])('%s: the same', (_, original, decoded) => {
  expect(isSameValue(original, decoded)).toBe(true)
})

test.each([
  ['a number of other digits', '{"a":1.0}', '{"a":1}'],
  ['another order of keys', '{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['a missing duplicate key', '{"a":1,"a":1}', '{"a":1}'],
  ['white space inside a string', '{"a":"x y"}', '{"a":"xy"}'],
  ['another escape of a character', '{"a":"\\u0041"}', '{"a":"A"}'],
  ['JSON that became text', '[1, 2]', '1 2'],
  ['a missing word', 'one two', 'one'],
  ['a frame that shows through', 'abcdef\rxy', 'xy [1 earlier frame left out]'],
  ['a loss without a marker', '10 %\r100 %\nend', '100 %\nend'],
  ['an erased line without a marker', `abc${E}[2K${E}[1Gxy`, 'xy'],
  ['records that were taken for frames', '1 row\nid\r11\r22\n', '1 row\n22\n'],
])('%s: not the same', (_, original, decoded) => {
  expect(isSameValue(original, decoded)).toBe(false)
})
