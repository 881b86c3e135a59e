import fc from 'fast-check'
import { terminalCleanup } from '../../../../src/core/compress/techniques/terminal-cleanup.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const ESC = '\u001b'

/** Terminal output in random order. */
const screens = fc
  .array(
    fc.constantFrom(
      'a',
      'bc',
      'def',
      ' ',
      '█',
      '⠋',
      '漢',
      '😀',
      'e\u0301',
      '\t',
      '\b',
      '\r',
      '\r',
      '\n',
      '\r\n',
      ...sequences('0m', '1;31m', 'm', '38:5:1m', 'K', '0K', '2K', '1K', 'A', '2J', '?25l'),
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(''))

function sequences(...ends: string[]): string[] {
  return [...ends.map((end) => `${ESC}[${end}`), ESC]
}

export const terminalCleanupFixture: TechniqueFixture = {
  technique: terminalCleanup,
  samples: [
    [
      'colours and styles',
      `${ESC}[1;31mFAIL${ESC}[0m src/a.ts ${ESC}[38:5:8m(3 ms)${ESC}[m\n`,
      'FAIL src/a.ts (3 ms)\n',
    ],
    ['colours of one line without an end', `${ESC}[32mok${ESC}[39m`, 'ok'],
    ['overwritten frames', 'load 10%\rload 50%\rload 100%\ndone\n', 'load 100%\ndone\n'],
    ['the rest of a longer frame', 'downloading\rdone\n', 'doneloading\n'],
    ['a frame that was blanked', 'wait...\r       \rok\n', 'ok     \n'],
    ['a frame that was erased', `wait...\r${ESC}[Kok\n`, 'ok\n'],
    ['a line that was erased before and after', `wait...${ESC}[2K\rok\r${ESC}[2Kfine\n`, 'fine\n'],
    ['an erase at the end of a line', `${ESC}[01;31m${ESC}[Kmatch${ESC}[m${ESC}[K of\tgrep\n`, 'match of\tgrep\n'],
    ['a progress bar', '▕███   ▏ 50%\r▕██████▏100%\n', '▕██████▏100%\n'],
    ['a return before a line end', 'one\r\r\ntwo\r\n', 'one\r\ntwo\r\n'],
    ['a return that a style parts from its line end', `one\r${ESC}[0m\n`, 'one\n'],
    ['a return at the end', 'one\ntwo\r', 'one\ntwo'],
  ],
  untouched: [
    ['an empty text', ''],
    ['plain text', 'one\ntwo\r\n\tthree  \n'],
    ['lines of an old Mac', 'one\rtwo\rthree\r'],
    ['a cursor that moves up', `one\n${ESC}[1Atwo\n`],
    ['a cleared screen', `${ESC}[2Jone\n`],
    ['a title', `${ESC}]0;title\u0007one\n`],
    ['a link', `${ESC}]8;;http://a.example\u0007a${ESC}]8;;\u0007\n`],
    ['a lone escape', `one${ESC}\n`],
    ['a style that is cut off', `one ${ESC}[1`],
    ['an escape that a style would uncover', `${ESC}${ESC}[0m[31m\n`],
    ['wide characters that were overwritten', '漢字\rab\n'],
    ['a tab that was overwritten', 'a\tb\rc\n'],
    ['a backspace before an erase', `abc\b\b${ESC}[K\n`],
    ['a line erased in the middle of writing', `abc${ESC}[2Kdef\n`],
  ],
  texts: screens,
  forms: screens,
}
