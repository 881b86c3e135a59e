/** Text that makes a careless loop, a backtracking expression or a recursion slow or wrong. */

import fc from 'fast-check'

/** Pieces, each repeated up to the requested size. */
const PIECES: readonly (readonly [name: string, piece: string])[] = [
  ['one character', 'a'],
  ['spaces', ' '],
  ['line ends', '\n'],
  ['carriage returns', 'a\r'],
  ['carriage returns before a line end', '\r\r\n'],
  ['ever longer frames', 'ab\r\u001b[K\n'],
  ['base64', 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ/+8='],
  ['open brackets', '['],
  ['open braces', '{"a":'],
  ['closed brackets', '[]'],
  ['unclosed records', '[{"a":1},'],
  ['unclosed strings', '["'],
  ['backslashes', '"\\'],
  ['commas and braces', '}  ,  '],
  ['braces and spaces', '}    '],
  ['escapes', '\u001b'],
  ['styles', '\u001b[31m'],
  ['styles without end', '\u001b[3;'],
  ['erases', 'x\u001b[2K'],
  ['tiny lines', 'ab\n'],
  ['lines that differ', 'a\nb\n'],
  ['counts', 'a\n[the line above 3 more times]\n'],
  ['counts without end', '[the line above 1'],
  ['huge counts', 'a\n[the line above 99999999 more times]\n'],
  ['fences', '```json\n'],
  ['fenced objects', '```json\n{"a": 1}\n```\n'],
  ['tables', '{"a,b":[[1],[2]]}'],
  ['JSON in strings', '["{\\"a\\":[1,2,3,4,5,6,7,8]}"],'],
  ['bare JSON', '~{a:1}'],
  ['bare JSON without end', '~[(a,b)\n1,['],
  ['marks of bare JSON', '~{~['],
  ['heads without end', '{"a,b[c{'],
  ['right-to-left and zero-width', '\u202eابج\u200b\u200d\u2066'],
  ['emoji', '👩‍👩‍👧‍👦'],
  ['lone surrogates', '\ud800'],
  ['binary', '\u0000\u0001\u00ff\u009b'],
]

const unit = fc.oneof(
  fc.nat(0xffff).map((code) => String.fromCharCode(code)),
  fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)),
)

/** Any text, lone surrogates included. fast-check's `binary` unit takes 0.9 s of CPU for its table of code points. */
export function anyText(maxLength = 10): fc.Arbitrary<string> {
  return fc.string({ unit, maxLength })
}

/** Every kind of hostile text, about `length` UTF-16 units long. */
export function hostileTexts(length: number): [name: string, text: string][] {
  const repeated = PIECES.map(([name, piece]): [string, string] => [
    name,
    piece.repeat(Math.ceil(length / piece.length)),
  ])
  return [
    ...repeated,
    ['an array of numbers', `[${'1, '.repeat(length / 3)}1]`],
    ['an array of objects', `[${'{"a": 1}, '.repeat(length / 10)}{"a": 1}]`],
    ['objects of ever new keys', `[${Array.from({ length: length / 16 }, (_, i) => `{"${i}": 1}`).join(', ')}]`],
    ['one object of many keys, twice', `[${[0, 0].map(() => manyKeys(length / 30)).join(', ')}]`],
    ['an object of objects', `{${Array.from({ length: length / 20 }, (_, i) => `"${i}":{"a": 1,"b":2}`).join(',')}}`],
    ['nested objects of two', nestedObjects(length)],
    ['nested lists of two', nested(length)],
    ['a deep document in a string', JSON.stringify([`${'['.repeat(length / 2)}${']'.repeat(length / 2)}`])],
    ['a deep document', `${'[ '.repeat(length / 4)}${' ]'.repeat(length / 4)}`],
    ['a document with one long string', JSON.stringify([{ a: 'x'.repeat(length) }, { a: '\\'.repeat(9) }])],
    ['one long key in many rows', `{"${'k'.repeat(length / 2)},":[${'[1],'.repeat(length / 8)}[1]]}`],
  ]
}

function manyKeys(count: number): string {
  return `{${Array.from({ length: count }, (_, i) => `"key ${i}": ${i}`).join(', ')}}`
}

/** Lists of two objects that hold lists of two objects, as deep as the length allows. */
function nested(length: number): string {
  let text = '{"n": 1}'
  while (text.length < length / 2) text = `{"n": [${text}, ${text}]}`
  return text
}

/** Objects of two objects that hold objects of two objects, as deep as the length allows. */
function nestedObjects(length: number): string {
  let text = '{"n": 1}'
  while (text.length < length / 2) text = `{"a": ${text}, "b": ${text}}`
  return text
}
