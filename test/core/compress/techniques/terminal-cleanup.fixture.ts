import fc from 'fast-check'
import { terminalCleanup } from '../../../../src/core/compress/techniques/terminal-cleanup.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'
import { screens } from '../../../support/terminal-streams.ts'

const ESC = '\u001b'

/** Frames, each with its escapes in front. */
function frames(count: number, frame: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => frame(at)).join('')
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧'
const RECORDS = frames(30, (at) => `shelf ${at % 7};${100 - at}%\r`)

export const terminalCleanupFixture: TechniqueFixture = {
  technique: terminalCleanup,
  samples: [
    [
      'colours and styles',
      `${ESC}[1;31mFAIL${ESC}[0m src/a.ts ${ESC}[38:5:8m(3 ms)${ESC}[m\n`,
      'FAIL src/a.ts (3 ms)\n',
    ],
    ['colours of one line without an end', `${ESC}[32mok${ESC}[39m`, 'ok'],
    ['the end of styles as tput writes it', `${ESC}[1mbold${ESC}(B${ESC}[m\n`, 'bold\n'],
    ['a hidden cursor', `${ESC}[?25lone\ntwo\n${ESC}[?25h`, 'one\ntwo\n'],
    ['an erase at the end of a line', `${ESC}[01;31m${ESC}[Kmatch${ESC}[m${ESC}[K of\tgrep\n`, 'match of\tgrep\n'],
    [
      'colours beside a link, whose address stays',
      `${ESC}]8;;http://a.example\u0007${ESC}[4ma${ESC}[m${ESC}]8;;\u0007\n`,
      `${ESC}]8;;http://a.example\u0007a${ESC}]8;;\u0007\n`,
    ],
    ['colours of records', `id,${ESC}[1mn${ESC}[m\r1,2\r3,4\r\nend\n`, 'id,n\r1,2\r3,4\r\nend\n'],
    [
      'overwritten frames with percentages',
      `start\n${frames(10, (at) => `\rload ${at + 1}0%`)}\ndone\n`,
      'start\nload 100% [9 earlier frames left out]\ndone\n',
    ],
    [
      'a bar whose numbers have delimiters',
      `${frames(3, (at) => `\r ${at + 1}0%|${'█'.repeat(at).padEnd(10)}| ${at + 1}0/100 [00:0${at}, 4${at}.1it/s]`)}\n`,
      ' 30%|██        | 30/100 [00:02, 42.1it/s] [2 earlier frames left out]\n',
    ],
    [
      'a count that ends in words',
      'Receiving parts:   6% (6/100)\rReceiving parts:  60% (60/100), 1.20 MiB | 2.40 MiB/s\rReceiving parts: 100% (100/100), 3.20 MiB | 980.00 KiB/s, done.\n',
      'Receiving parts: 100% (100/100), 3.20 MiB | 980.00 KiB/s, done. [2 earlier frames left out]\n',
    ],
    [
      'a percentage that ends in words',
      'Reading the index... 0%\rReading the index... 40%\rReading the index... 90%\rReading the index... Done\nok\n',
      'Reading the index... Done [3 earlier frames left out]\nok\n',
    ],
    [
      'a download that shows clocks only',
      `${frames(4, (at) => `\r 10${at}k   0     ${at} --:--:--  0:00:0${at} --:--:--  54${at}`)}\n`,
      ' 103k   0     3 --:--:--  0:00:03 --:--:--  543 [3 earlier frames left out]\n',
    ],
    [
      'a spinner of signs',
      `${frames(8, (at) => `\r${'|/-\\'[at % 4]} packing`)}\ndone\n`,
      '\\ packing [7 earlier frames left out]\ndone\n',
    ],
    ['growing dots', `waiting for it\rwaiting for it..\rwaiting for it....\n`, 'waiting for it....\n'],
    [
      'a spinner that erases its line',
      `${frames(20, (at) => `${ESC}[2K${ESC}[1G${SPINNER[at % 8]} building ${at} s`)}${ESC}[2K${ESC}[1G✔ built\n`,
      '✔ built [20 earlier frames left out]\n',
    ],
    [
      'a spinner that leaves an empty line',
      `${frames(9, (at) => `${ESC}[1G${ESC}[0K${SPINNER[at % 8]} idle`)}${ESC}[1G${ESC}[0K\nadded 5 packages\n`,
      '[9 earlier frames left out]\nadded 5 packages\n',
    ],
    [
      'frames that erase what they leave',
      `${frames(4, (at) => `far: part ${at} of 3${ESC}[K\r`)}far: all parts${ESC}[K\n`,
      'far: all parts [4 earlier frames left out]\n',
    ],
    [
      'a frame that was blanked',
      'waiting for the lock of the index...\r                                    \rok\n',
      'ok                                   [1 earlier frame left out]\n',
    ],
    [
      'lines that are drawn again from above',
      `a: wait\r\nb: wait\r\n${frames(5, (at) => `${ESC}[2A${ESC}[2K\ra: ${at} MB\r\n${ESC}[2K\rb: ${at} MB\r\n`)}ok\r\n`,
      'a: 4 MB\r\nb: 4 MB [10 earlier frames of these 2 lines left out]\r\nok\r\n',
    ],
    [
      'lines that were erased at last',
      `first task is running\nsecond task is running\nthird task is running\n${ESC}[3A${ESC}[Jall ran`,
      'all ran [3 earlier frames left out]',
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['plain text', 'one\ntwo\r\n\tthree  \n'],
    ['lines of an old Mac', 'one\rtwo\rthree\r'],
    ['records behind a heading', `30 rows exported\nid;share\r${RECORDS}\n`],
    ['records before a footer', `${RECORDS}\r\n30 rows exported\r\n`],
    ['records that show through', 'report\nalpha,1000\rbeta,2\rgamma,3\n'],
    ['records with equal words', `codes\n${frames(30, (at) => `code ${100 + at}\r`)}\n`],
    ['records with falling percentages', 'rates\nrate 90%\rrate 80%\rrate 70%\n'],
    ['records in a diff', `@@ -1 +1 @@\n-${RECORDS}\n+${RECORDS}\n`],
    ['records in a quoted cell', 'id,note\n1,"first\rsecond"\n2,"third\rfourth"\n'],
    ['records whose matches are marked', `head\na,1\rb,${ESC}[K2${ESC}[K\rc,3${ESC}[2G\n`],
    ['a return before each line end', 'one\r\r\ntwo\r\r\n'],
    ['a return behind each line end', '\rone\n\rtwo\n\r'],
    ['a frame that is shorter than its marker', `wait...\r${ESC}[Kok\n`],
    ['a marker', `load 100% [9 earlier frames left out]\nload 1%\rload 2%\rload 3%\rload 4%\rload 5%\rload 6%\n`],
    ['a cursor above the first line', `one\n${ESC}[2A${ESC}[2Ktwo\n`],
    ['a cursor below the last line', `one\n${ESC}[9Btwo\n`],
    ['a cursor beyond any terminal', `one\n${ESC}[99999999999Gtwo${ESC}[1000000000A\n`],
    ['a cleared screen', `${ESC}[2Jone\n`],
    ['a title and a frame', `${ESC}]0;title\u0007load 1%\rload 2%\n`],
    ['a title without an end', `${ESC}]0;title${ESC}[1m one\n`],
    ['a lone escape', `one${ESC}\n`],
    ['a style that is cut off', `one ${ESC}[1`],
    ['an escape that a style would uncover', `${ESC}${ESC}[0m[31m\n`],
    ['emoji that were overwritten', '⏳ 10%\r⏳ 20%\r⏳ 30%\n'],
    ['a tab that was overwritten', 'a\t10%\ra\t20%\n'],
    ['a backspace before an erase', `abc\b\b${ESC}[K\n`],
  ],
  texts: screens,
  forms: fc.oneof(
    screens,
    fc.constantFrom('x [3 earlier frames left out]', '[1 earlier frame left out]\n', ' left out]'),
  ),
}
