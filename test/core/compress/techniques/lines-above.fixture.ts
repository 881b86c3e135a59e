import fc from 'fast-check'
import { linesAbove } from '../../../../src/core/compress/techniques/lines-above.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const TRACE = [
  'java.net.SocketTimeoutException: connect timed out\n',
  '\tat shop.client.TaxClient.lookUp(TaxClient.java:88)\n',
  '\tat shop.service.CartService.totalOf(CartService.java:140)\n',
  '\tat shop.controller.CartController.show(CartController.java:52)\n',
]
const OTHER = '\tat shop.controller.StockController.show(StockController.java:19)\n'

const LINES = [
  ...TRACE,
  TRACE.join(''),
  TRACE.slice(0, 3).join(''),
  OTHER,
  '\n',
  '  \n',
  'a line that ends in CR LF, long enough to be worth a reference of its own\r\n',
  'a line that ends in CR CR LF, long enough to be worth a reference of its own\r\r\n',
  `a line with the quote " … " in it, long enough to be worth a reference of its own\n`,
  '" … "\n',
  '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦 \u202eابج\n',
  '10:15:22 GET /cart\n',
  '10:15:23 GET /cart\n',
  'last line, without an end',
]
const FORMS = [
  '[1 more line as above, to "10:15:23 GET /cart"]\n',
  '[2 more lines as above, to "10:15:23 GET /cart"]\n',
  '[the 2 lines above 3 more times]\n',
  '[the 2 lines above 1 more time]\n',
  '[the 2 lines above 99999999 more times]\n',
  '[the 0 lines above 2 more times]\n',
  '[0 more lines as above, to "b"]\n',
  '[2 more lines as above, to ""]\n',
  '[1 more line as above, to "10:15:23 GET /cart"]\r\n',
  '[1 more line as above, to "10:15:23 GET /cart"]',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 16 }).map((some) => some.join(''))

export const linesAboveFixture: TechniqueFixture = {
  technique: linesAbove,
  samples: [
    [
      'the stack trace of an error that comes again',
      `10:15:22 ERROR cart 17\n${TRACE.join('')}10:15:41 ERROR cart 23\n${TRACE.join('')}10:16:07 INFO  up\n`,
      `10:15:22 ERROR cart 17\n${TRACE.join('')}10:15:41 ERROR cart 23
java.net.SocketTimeoutException: connect timed out
[3 more lines as above, to "at shop.controller.CartControlle…"]
10:16:07 INFO  up
`,
    ],
    [
      'lines that repeat at once',
      `${TRACE.join('')}${TRACE.join('')}${TRACE.join('')}${TRACE.join('')}${OTHER}`,
      `${TRACE.join('')}[the 4 lines above 3 more times]\n${OTHER}`,
    ],
    [
      'lines that repeat with the blank line between them, and end in CR LF',
      `${TRACE.join('').replaceAll('\n', '\r\n')}\r\n`.repeat(2),
      `${TRACE.join('').replaceAll('\n', '\r\n')}\r\n[the 5 lines above 1 more time]\n`,
    ],
    [
      'a run below lines that equal its first and its last',
      `${TRACE.join('')}${TRACE[0]?.repeat(4)}${TRACE.join('')}${TRACE[0]}`,
      `${TRACE.join('')}${TRACE[0]?.repeat(5)}[4 more lines as above, to "java.net.SocketTimeoutException:…"]\n`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['short lines', 'a\nb\na\nb\na\nb\n'],
    ['blank lines', '\n'.repeat(99)],
    ['lines that differ in their ends', TRACE.map((line) => `${line}${line.trim()}\r\n`).join('')],
    ['its own form', `${TRACE.join('').repeat(3)}[the 2 lines above 1 more time]\n`],
  ],
  texts: textOf(LINES),
  forms: textOf([...FORMS, ...LINES]),
}
