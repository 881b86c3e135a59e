/** Texts that would make the techniques for search results, listings, logs and trees slow or wrong. */

import { describe, expect, test } from 'vitest'
import { MAX_BLOCK_BYTES } from '../../../../src/core/compress/limits.ts'
import { linesAbove } from '../../../../src/core/compress/techniques/lines-above.ts'
import { listingPaths } from '../../../../src/core/compress/techniques/listing-paths.ts'
import { searchPaths } from '../../../../src/core/compress/techniques/search-paths.ts'

const TECHNIQUES = [searchPaths, listingPaths, linesAbove]

const PIECES = [
  'a/',
  'a/b/c\n',
  'services/shop-api/src/a.ts\nb\n',
  '/srv/a b',
  'C:\\',
  'src/a.ts:1:',
  'src/shop/total.ts:1:\n',
  'src/shop/total.ts:1:a\nsrc/shop/total.ts-2-b\n--\n',
  'src/shop/total.ts-2-b\n',
  'src/total.ts(1,2): a\n',
  '[9 lines in 1 file, each path above its lines]\n',
  '[9 paths, each directory above its entries]\n/:\n',
  '[next 9 log lines start with "2031-04-05 "]\n06:07:08\n',
  '2031-04-05 06:07:08\n06:07:08\n',
  '2031-04-05 06:07:08 up\n\tat a.b(C.java:1)\n',
  'web-1 | ',
  '- link "a" [ref=e1] [cursor=pointer]\n',
  '- link "',
  '- link [a]',
  'a line that has the quote " … " in it\n',
  'one line of a pair, long enough to be worth something\nand the other\n',
  '[the 2 lines above 9 more times]\n',
  'a\n[1 more line as above, to "a"]\n',
  'x\n\n\n\n\n\n\n\n\n\n',
  '@@ -1,2 +1,2 @@\n-2031-04-05 06:07:08 up\n+src/total.ts:1:2\n 2031-04-05 06:07:08 up\n',
  '2031-04-05 06:07:08 a\rb\r\n',
]

describe('a block of a piece repeated', () => {
  const cases = PIECES.flatMap((piece) => TECHNIQUES.map((technique) => ({ name: technique.name, piece, technique })))
  test.each(cases)('comes back from $name, of $piece', ({ piece, technique }) => {
    const text = piece.repeat(MAX_BLOCK_BYTES / 2 / piece.length)
    const encoded = technique.encode(text)
    expect(technique.decode(text)?.length ?? 0).toBeLessThanOrEqual(MAX_BLOCK_BYTES)
    if (encoded !== undefined) expect(technique.decode(encoded)).toBe(text)
  })
})
