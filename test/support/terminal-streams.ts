/** Terminal output in random order: text of all widths, frames, moves of the cursor, and what no terminal knows. */

import fc from 'fast-check'

const ESC = '\u001b'

const TEXTS = ['a', 'bc', 'def ', ' ', '    ', '10%', '20% of it', '█', '⠋', '漢', '字か', 'é', '|', ',']
const ENDS = ['\r', '\r', '\n', '\n', '\r\n']
const STYLES = ['[0m', '[1;31m', '[38:5:1m', '(B', '[?25l', '[?2026h']
const MOVES = [
  '[K',
  '[0K',
  '[1K',
  '[2K',
  '[G',
  '[3G',
  '[0G',
  '[A',
  '[1A',
  '[2A',
  '[B',
  '[3C',
  '[D',
  '[2D',
  '[E',
  '[F',
  '[J',
  '[0J',
]
const STRANGE = [
  '\t',
  '\b',
  '😀',
  'e\u0301',
  `${ESC}[2J`,
  `${ESC}[3K`,
  ESC,
  `${ESC}[`,
  `${ESC}]0;t\u0007`,
  `${ESC}[99A`,
]

const escaped = (ends: readonly string[]): string[] => ends.map((end) => ESC + end)

function streamOf(pieces: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(pieces, { maxLength }).map((all) => all.join(''))
}

/** Sequences whose effect is known. The cursor goes up less often than down, so that it mostly stays on the screen. */
export const knownScreens: fc.Arbitrary<string> = streamOf(
  fc.oneof(
    { arbitrary: fc.constantFrom(...TEXTS), weight: 6 },
    { arbitrary: fc.constantFrom(...ENDS), weight: 3 },
    { arbitrary: fc.constantFrom(...escaped(MOVES)), weight: 4 },
    { arbitrary: fc.constantFrom(...escaped(STYLES)), weight: 1 },
    { arbitrary: fc.constantFrom(`\r${ESC}[K`, `${ESC}[2K\r`, `${ESC}[1A${ESC}[2K\r`, `${ESC}[2A\r`), weight: 4 },
  ),
  40,
)

/** Any sequences. */
export const screens: fc.Arbitrary<string> = fc.oneof(
  knownScreens,
  streamOf(fc.constantFrom(...TEXTS, ...ENDS, ...STRANGE, ...escaped(MOVES), ...escaped(STYLES)), 30),
)
