import fc from 'fast-check'
import { logDates } from '../../../../src/core/compress/techniques/log-dates.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const LINES = [
  '2031-04-05 06:07:08.123 INFO  [main] shop.Cart - up\n',
  '2031-04-05 06:07:09,456 ERROR [http-1] shop.Cart - \u202eابج\r\n',
  '2031-04-05 06:07:10 \n',
  '2031-04-06 00:00:01.5 INFO  next day\n',
  '[2031-04-05 06:07:11] WARN: 👩‍👩‍👧‍👦\r\r\n',
  '[2031-04-05 06:07:12]\n',
  '2031/04/05 06:07:13 [error] 31#31: *1 open() failed\n',
  'Apr  5 06:07:14 web-1 sshd[4121]: session opened\n',
  '<38>Apr  5 06:07:14 web-1 sshd[4121]: session closed\n',
  'Sat Apr  5 06:07:15 UTC 2031 ERROR: failed\n',
  'web-1  | 2031-04-05 06:07:16 GET /cart\n',
  'worker-12 | 2031-04-05 06:07:16 done\n',
  '[pod/web-1/app] 2031-04-05 06:07:17 GET /cart\n',
  '2031-04-05T06:07:18Z whole\n',
  '06:07:19 no date\n',
  '[06:07:20] no date\n',
  '\tat shop.Cart.total(Cart.java:40)\n',
  '\n',
  '2031-04-05 06:07:21 last',
]
const FORMS = [
  '[next 2 log lines start with "2031-04-05 "]\n',
  '[next 3 log lines have "Apr  5 " before the time]\n',
  '[next 3 log lines start with "2031-04-05 "]\r\n',
  '[next 0 log lines start with "2031-04-05 "]\n',
  '[next 2 log lines start with "Tuesday "]\n',
  '[next 999999999999 log lines start with "2031-04-05 "]\n',
  '06:07:22 a\n',
  '[06:07:23] b\n',
  'web-1 | 06:07:24 c\n',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 16 }).map((some) => some.join(''))

export const logDatesFixture: TechniqueFixture = {
  technique: logDates,
  samples: [
    [
      'two days, lines without a date included',
      `Starting
2031-04-05 23:59:57.123 INFO  [main] shop.Cart - up
2031-04-05 23:59:58.234 ERROR [main] shop.Cart - no total
java.lang.NullPointerException
\tat shop.Cart.total(Cart.java:40)
2031-04-05 23:59:59.345 INFO  [main] shop.Cart - down
2031-04-06 00:00:00.456 INFO  [main] shop.Cart - up
2031-04-06 00:00:01.567 INFO  [main] shop.Cart - ready
2031-04-06 00:00:02.678 INFO  [main] shop.Cart - idle
`,
      `Starting
[next 3 log lines start with "2031-04-05 "]
23:59:57.123 INFO  [main] shop.Cart - up
23:59:58.234 ERROR [main] shop.Cart - no total
java.lang.NullPointerException
\tat shop.Cart.total(Cart.java:40)
23:59:59.345 INFO  [main] shop.Cart - down
[next 3 log lines start with "2031-04-06 "]
00:00:00.456 INFO  [main] shop.Cart - up
00:00:01.567 INFO  [main] shop.Cart - ready
00:00:02.678 INFO  [main] shop.Cart - idle
`,
    ],
    [
      'stamps in brackets, and lines that end in CR LF',
      [7, 8, 9].map((second) => `[2031-04-05 06:07:0${second}] INFO: up\r\n`).join(''),
      '[next 3 log lines have "2031-04-05 " before the time]\n[06:07:07] INFO: up\r\n[06:07:08] INFO: up\r\n[06:07:09] INFO: up\r\n',
    ],
    [
      'the dates of syslog',
      [1, 2, 3, 4, 5, 6, 7, 8].map((second) => `Apr  5 06:07:0${second} web-1 sshd[412${second}]: closed\n`).join(''),
      `[next 8 log lines start with "Apr  5 "]\n${[1, 2, 3, 4, 5, 6, 7, 8].map((second) => `06:07:0${second} web-1 sshd[412${second}]: closed\n`).join('')}`,
    ],
    [
      'the names of containers before the dates',
      ['web-1  ', 'worker-1 ', 'web-1  ']
        .map((name, i) => `${name}| 2031-04-05 06:07:0${i},100 GET /cart/${i}\n`)
        .join(''),
      `[next 3 log lines have "2031-04-05 " before the time]
web-1  | 06:07:00,100 GET /cart/0
worker-1 | 06:07:01,100 GET /cart/1
web-1  | 06:07:02,100 GET /cart/2
`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['two lines', '2031-04-05 06:07:08 up\n2031-04-05 06:07:09 down\n'],
    ['stamps that are one word', [1, 2, 3, 4, 5].map((n) => `2031-04-05T06:07:0${n}Z up\n`).join('')],
    ['a line without a date among them', '2031-04-05 06:07:08 up\n06:07:08 up\n2031-04-05 06:07:08 up\n'.repeat(2)],
    ['dates without times', '2031-04-05 was a good day\n'.repeat(9)],
    [
      'its own form',
      `[next 1 log lines start with "2031-04-05 "]\n06:07:08 a\n${'2031-04-05 06:07:08 up\n'.repeat(9)}`,
    ],
  ],
  texts: textOf(LINES),
  forms: textOf([...FORMS, ...LINES]),
}
