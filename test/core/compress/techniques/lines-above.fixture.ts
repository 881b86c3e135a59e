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
  '[1 line as above: "10:15:22 GET /cart"]\n',
  '[2 lines as above: "10:15:22 GET /cart" … "10:15:23 GET /cart"]\n',
  '[2 lines as above, 3 times: "10:15:22 GET /cart" … "10:15:23 GET /cart"]\n',
  '[1 line as above, 99999999 times: "10:15:22 GET /cart"]\n',
  '[0 lines as above: "a" … "b"]\n',
  '[2 lines as above: "a" … "b" … "c"]\n',
  '[2 lines as above, 1 times: "a" … "b"]\n',
  '[2 lines as above: "" … ""]\n',
  '[1 line as above: "10:15:22 GET /cart"]\r\n',
  '[1 line as above: "10:15:22 GET /cart"]',
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
[4 lines as above: "java.net.SocketTimeoutException:…" … "at shop.controller.CartControlle…"]
10:16:07 INFO  up
`,
    ],
    [
      'lines that come again and again',
      `${TRACE.join('')}${OTHER}${TRACE.join('')}${TRACE.join('')}${TRACE.join('')}`,
      `${TRACE.join('')}${OTHER}[4 lines as above, 3 times: "java.net.SocketTimeoutException:…" … "at shop.controller.CartControlle…"]\n`,
    ],
    [
      'one long line, with the line end that it has',
      `${'Max retries exceeded with url: /orders/open, caused by NameResolutionError(shop-orders.internal:8080): failed to resolve, [Errno -2] Name or service not known\r\nretry\r\n'.repeat(2)}end`,
      `Max retries exceeded with url: /orders/open, caused by NameResolutionError(shop-orders.internal:8080): failed to resolve, [Errno -2] Name or service not known\r\nretry\r\n[2 lines as above: "Max retries exceeded with url: /…" … "retry"]\nend`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['short lines', 'a\nb\na\nb\na\nb\n'],
    ['blank lines', '\n'.repeat(99)],
    ['lines that differ in their ends', `${TRACE[0]?.trim()}\n${TRACE[0]?.trim()}\r\n`],
    ['its own form', `${TRACE.join('').repeat(3)}[1 line as above: "a"]\n`],
    [
      'a run to which the quotes do not lead',
      ['b', 'c', 'b']
        .map((end) => `${'x'.repeat(40)} of ${end}${end === 'c' ? '' : ' and a line that is rather long'}\n`)
        .join(''),
    ],
  ],
  texts: textOf(LINES),
  forms: textOf([...FORMS, ...LINES]),
}
