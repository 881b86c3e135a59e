/** The most frequent character references of HTML pages; others stay unchanged. */

const REFERENCE = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp|copy|mdash|ndash|hellip|para));/gi

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  mdash: '—',
  ndash: '–',
  hellip: '…',
  para: '¶',
}

export function decodeEntities(text: string): string {
  return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? reference
    const point = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal)
    const isCharacter = point > 0 && point <= 0x10_ffff && !(point >= 0xd800 && point < 0xe000)
    return isCharacter ? String.fromCodePoint(point) : reference
  })
}
