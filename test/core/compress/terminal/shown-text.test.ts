import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isVerified } from '../../../../src/core/compress/block/verify.ts'
import { terminalCleanup } from '../../../../src/core/compress/techniques/terminal-cleanup.ts'
import { shownText } from '../../../../src/core/compress/terminal/shown-text.ts'
import { assertProperty } from '../../../support/assert-property.ts'

const ESC = '\u001b'

describe('the marker', () => {
  test.each([
    ['a carriage return and an erase', `\r${ESC}[K`],
    ['an erase of the line', `${ESC}[2K${ESC}[1G`],
    ['an erase of all before the cursor', `${ESC}[1K\r`],
    ['a row above', `\n${ESC}[1A${ESC}[2K`],
  ])('counts the frames that %s took away, each once', (_name, between) => {
    assertProperty(
      fc.property(
        fc.array(fc.constantFrom('load', 'load 5%', 'a longer frame', '漢字'), { minLength: 2 }),
        (frames) => {
          const lost = frames.length - 1
          const shown = shownText(frames.join(between))
          expect(shown).toBe(`${frames.at(-1)} [${lost} earlier frame${lost > 1 ? 's' : ''} left out]`)
        },
      ),
    )
  })

  test.each([
    ['nothing that was written again', `abc${ESC}[Gabc`, 'abc'],
    ['nothing that only became longer', `ab${ESC}[Gabc`, 'abc'],
    ['no blanks', `   ${ESC}[Gabc`, 'abc'],
    ['no erase of nothing', `abc${ESC}[K`, 'abc'],
    ['a change in the middle', `ab10%cd${ESC}[3G20`, 'ab20%cd [1 earlier frame left out]'],
    ['lines apart', `a${ESC}[Gb\nc\nd${ESC}[Ge`, 'b [1 earlier frame left out]\nc\ne [1 earlier frame left out]'],
    ['lines that follow each other', `a${ESC}[Gb\nd${ESC}[Ge`, 'b\ne [2 earlier frames of these 2 lines left out]'],
    ['a line that went away', `a\nb\n${ESC}[A${ESC}[2K${ESC}[A`, 'a [1 earlier frame left out]'],
    ['lines below an erase', `a\nb\nc${ESC}[2A${ESC}[G${ESC}[Jd`, 'd [3 earlier frames left out]'],
  ])('counts %s', (_name, text, shown) => {
    expect(shownText(text)).toBe(shown)
  })
})

describe('a hostile terminal', () => {
  const LENGTH = 256 * 1024
  const wide = 'x'.repeat(LENGTH / 2)

  // Work that grows with the square of the text takes minutes here.
  test.each([
    ['rows that are drawn again', `ab\n${ESC}[1A`],
    ['rows above the first', `x\n${ESC}[1000000000A`],
    ['huge columns', `${ESC}[999999999Gx`],
    ['the last known column', `${ESC}[1000Gx${ESC}[G`],
    ['erases up to the last known column', `x${ESC}[1000G${ESC}[1K${ESC}[G`],
    ['rows as wide as the one above', `${ESC}[Ax\n`],
    ['steps back', `xy${ESC}[D${ESC}[K`],
    ['one cell that is written again', `x${ESC}[G`],
    ['erased lines', `⠋ x${ESC}[2K${ESC}[G`],
    ['erases below', `x\ny\n${ESC}[2A${ESC}[J`],
    ['progress', '\r 10%|███     | 1/10'],
    ['digits without end', '\r1.'],
    ['bars without end', '\r[====='],
    ['open brackets', '\r['],
    ['one frame that grows', 'x%'],
    ['links without end', `${ESC}]8;;x`],
    ['halves of wide characters', `漢字${ESC}[2G`],
  ])('comes to an end: %s', (_name, piece) => {
    for (const start of ['', 'a\n', `a\n${wide}\r`, `${wide}\n${ESC}[A`, `${wide}${ESC}[500G`]) {
      const text = start + piece.repeat((LENGTH - start.length) / piece.length)
      const encoded = terminalCleanup.encode(text)
      if (encoded !== undefined) expect(isVerified(terminalCleanup, text, encoded)).toBe(true)
    }
  })
})
