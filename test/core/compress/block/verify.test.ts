import { describe, expect, test } from 'vitest'
import { screenOf } from '../../../../src/core/compress/block/screen.ts'
import { isEquivalent, isVerified } from '../../../../src/core/compress/block/verify.ts'
import type { Technique } from '../../../../src/core/compress/index.ts'

const ESC = '\u001b'

describe('equivalence', () => {
  test.each([
    ['string', 'a', 'a', true],
    ['string', 'a', 'a ', false],
    ['json', '{"a": [1.0]}', '{"a":[1.0]}', true],
    ['json', '{"a": [1.0]}', '{"a":[1]}', false],
    ['json', '{"a":1,"b":2}', '{"b":2,"a":1}', false],
    ['json', '{"a":1,"a":2}', '{"a":2}', false],
    ['json', 'see {"a": 1} here', 'see {"a":1} here', true],
    ['json', 'see {"a": 1} here', 'see  {"a":1} here', false],
    ['json', 'see {"a": 1} here', 'see {"a":1} there', false],
    ['json', 'see {"a": 1} here', 'see here', false],
    ['json', '{"a":1} {"b":2}', '{"a":1}{"b":2}', false],
    ['json', '{"a": "x  y"}', '{"a":"x y"}', false],
    ['json', 'a  b', 'a b', false],
    ['screen', `${ESC}[31mred${ESC}[0m`, 'red', true],
    ['screen', `old${ESC}[2K\rnew`, 'new', true],
    ['screen', `old${ESC}[2K\rnew`, 'new [1 earlier frame left out]', true],
    ['screen', `old${ESC}[2K\rnew`, 'old', false],
    ['screen', `a\n\t${ESC}[A`, 'a\n\t', true],
    ['screen', `\na漢a${ESC}[F\n漢`, '\n漢 a', true],
    ['screen', 'old\rnew', 'new', false],
    ['screen', 'id,n\r1,2\r', '1,2', false],
    ['screen', `${ESC}[1mid${ESC}[m,n\r1,2\r`, 'id,n\r1,2\r', true],
    ['screen', `${ESC}]8;;http://a.example\u0007${ESC}[1ma`, `${ESC}]8;;http://a.example\u0007a`, true],
    ['screen', `${ESC}]8;;http://a.example\u0007a`, 'a', false],
    ['screen', `${ESC}${ESC}[0m[31ma`, `${ESC}[31ma`, false],
    ['screen', 'a\r\nb', 'a\nb', false],
    ['screen', 'a ', 'a', false],
  ] as const)('%s: %j and %j: %s', (equivalence, a, b, isSame) => {
    expect(isEquivalent(a, b, equivalence)).toBe(isSame)
  })

  test('cannot compare a screen with unknown sequences', () => {
    expect(screenOf(`${ESC}[2Ja`)).toBeUndefined()
    expect(isEquivalent(`${ESC}[2Ja`, `${ESC}[2Ja`, 'screen')).toBe(false)
  })
})

describe('the screen model', () => {
  test.each([
    ['writes over', `abcd${ESC}[Gxy`, 'xycd'],
    ['starts anew on each line', `abc\nx\r\ny${ESC}[Gz`, 'abc\nx\r\nz'],
    ['keeps records apart', 'a,1\rb,2\r\n', 'a,1\rb,2\r\n'],
    ['erases from the cursor on', `abc${ESC}[Gx${ESC}[K`, 'x'],
    ['erases up to the cursor', `abcd${ESC}[2G${ESC}[1K`, '  cd'],
    ['erases below the cursor', `a\nb\nc${ESC}[2A${ESC}[J`, 'a'],
    ['writes over half of a wide character', `漢字${ESC}[2Gx`, ' x字'],
    ['goes up over finished lines', `a\nb\n${ESC}[2Ac\n`, 'c\nb'],
    ['erases a whole line and leaves the cursor', `abc${ESC}[2Kd`, '   d'],
    ['shows styles as nothing', `${ESC}[1mab${ESC}[G${ESC}[mx`, 'xb'],
  ])('%s', (_name, text, shown) => {
    expect(screenOf(text)).toBe(shown)
  })
})

describe('verification', () => {
  const decodesTo = (decoded: string | undefined): Technique => ({
    name: 'test',
    equivalence: 'string',
    encode: () => undefined,
    decode: () => decoded,
    recognises: () => true,
  })

  test('takes a candidate only when it decodes to the same', () => {
    expect(isVerified(decodesTo('text'), 'text', 'candidate')).toBe(true)
    expect(isVerified(decodesTo('test'), 'text', 'candidate')).toBe(false)
    expect(isVerified(decodesTo(undefined), 'text', 'candidate')).toBe(false)
  })

  test('accepts a lossy candidate only with a marker', () => {
    const lossy = (saysSo: boolean): Technique => ({
      ...decodesTo('candidate'),
      equivalence: 'none',
      recognises: () => saysSo,
    })
    expect(isVerified(lossy(true), 'text', 'candidate')).toBe(true)
    expect(isVerified(lossy(false), 'text', 'candidate')).toBe(false)
  })
})
