import { expect, test } from 'vitest'
import { isSameValue } from '../../src/replay/check/same-value.ts'

const E = '\u001b'

test.each([
  ['equal text', 'a  b', 'a  b'],
  ['JSON with other white space', '{"a": [1.0, 2]}', '{"a":[1.0,2]}'],
  ['JSON inside of text', 'result: {"a": 1} done', 'result: {"a":1} done'],
  ['colours', `${E}[31mred${E}[0m`, 'red'],
  ['an overwritten frame', '10 %\r100 %\nend', '100 %\nend'],
  ['a frame that is longer than the last', 'abcdef\rxy', 'xycdef'],
  ['a line that was erased', `abc\r${E}[Kxy`, 'xy'],
  ['a line that was erased as a whole', `abc${E}[2K\rxy`, 'xy'],
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
  ['a frame that was not overwritten', 'abcdef\rxy', 'xy'],
])('%s: not the same', (_, original, decoded) => {
  expect(isSameValue(original, decoded)).toBe(false)
})
