/** The clean-up of terminal output, held against a terminal emulator. */

import { Terminal } from '@xterm/headless'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { screenOf } from '../../../../src/core/compress/block/screen.ts'
import { withoutColours } from '../../../../src/core/compress/terminal/colours.ts'
import { hasLoneReturn, returnsOfLines } from '../../../../src/core/compress/terminal/frames.ts'
import { withoutMarkers } from '../../../../src/core/compress/terminal/marker.ts'
import { shownText } from '../../../../src/core/compress/terminal/shown-text.ts'
import { assertAsyncProperty } from '../../../support/assert-property.ts'
import { knownScreens } from '../../../support/terminal-streams.ts'

/** So large that no line wraps and none scrolls. */
const terminal = new Terminal({ cols: 1100, rows: 60, convertEol: true, allowProposedApi: true, scrollback: 0 })

afterAll(() => terminal.dispose())

/** The lines that the emulator shows, without blanks at their ends. */
async function emulated(text: string): Promise<string[]> {
  terminal.reset()
  await new Promise<void>((resolve) => terminal.write(text, resolve))
  const { active } = terminal.buffer
  return trimmed(Array.from({ length: active.length }, (_, at) => active.getLine(at)?.translateToString() ?? ''))
}

function trimmed(lines: readonly string[]): string[] {
  const all = lines.map((line) => line.trimEnd())
  return all.slice(0, all.findLastIndex((line) => line !== '') + 1)
}

const linesOf = (text: string): string[] => trimmed(text.split(/\r?\n/))

const holdsRecords = (text: string): boolean => returnsOfLines(withoutColours(text)).includes('records')

describe('the text that a terminal shows', () => {
  test('is what an emulator shows, for any output whose effect is known', async () => {
    let known = 0
    await assertAsyncProperty(
      fc.asyncProperty(
        knownScreens.filter((text) => !holdsRecords(text)),
        async (text) => {
          const shown = shownText(withoutColours(text))
          if (shown === undefined) return
          known++
          expect(linesOf(withoutMarkers(shown))).toEqual(await emulated(text))
        },
      ),
      { numRuns: 1500 },
    )
    expect(known).toBeGreaterThan(0)
  })

  test('is what the model of the verification shows', async () => {
    await assertAsyncProperty(
      fc.asyncProperty(knownScreens, async (text) => {
        const shown = shownText(withoutColours(text))
        if (shown !== undefined) expect(screenOf(text)).toBe(withoutMarkers(shown))
      }),
      { numRuns: 1500 },
    )
  })

  test('is what the emulator shows after the clean-up, too', async () => {
    await assertAsyncProperty(
      fc.asyncProperty(knownScreens, async (text) => {
        const shown = shownText(withoutColours(text))
        if (shown === undefined || hasLoneReturn(shown)) return
        expect(await emulated(withoutMarkers(shown))).toEqual(linesOf(withoutMarkers(shown)))
      }),
      { numRuns: 300 },
    )
  })
})
