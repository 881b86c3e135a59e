import { colours } from '../../../../src/core/compress/techniques/colours.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'
import { screens } from '../../../support/terminal-streams.ts'

const ESC = '\u001b'

export const coloursFixture: TechniqueFixture = {
  technique: colours,
  samples: [
    ['a coloured diff', `${ESC}[31m-one${ESC}[m\n${ESC}[32m+two${ESC}[m\n`, '-one\n+two\n'],
    [
      'a coloured diff of records',
      `${ESC}[31m-1%\r2%\r${ESC}[m\n${ESC}[32m+1%\r3%\r${ESC}[m\n`,
      '-1%\r2%\r\n+1%\r3%\r\n',
    ],
    [
      'what grep writes',
      `${ESC}[35m${ESC}[Ka.ts${ESC}[m${ESC}[K:${ESC}[1;31m${ESC}[Kx${ESC}[m${ESC}[K = 1\n`,
      'a.ts:x = 1\n',
    ],
  ],
  untouched: [
    ['plain text', 'one\ntwo\r\n'],
    ['frames', 'load 10%\rload 20%\rload 30%\rload 40%\rload 50%\rload 60%\nok\n'],
    ['erased frames', `${ESC}[1mone${ESC}[2K\rtwo\n`],
    ['an erase behind a backspace', `one\b${ESC}[K\n`],
    ['an erase among records', `one\rtwo${ESC}[K\n`],
  ],
  texts: screens,
  forms: screens,
}
