/** HTML and XML pages. */

import type { Kind } from './kind.ts'
import { type Sample, shareOf } from './sample.ts'

const PAGE = /^\s*(?:<!doctype\s|<html[\s>]|<\?xml\s|<svg[\s>]|<rss\s|<feed\s|<!--)/i
const TAG_LINE = /^\s*<[/!?]?[A-Za-z][\w:.-]*(?:[\s/>]|$)/
const TAGS = /<\/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?\/?>/g
const MIN_SHARE = 0.5

export const markup: Kind = {
  name: 'markup',
  isLike: (sample) => isPage(sample) || shareOf(sample, TAG_LINE) >= MIN_SHARE || isOneLine(sample),
}

function isPage({ lines }: Sample): boolean {
  const at = lines.slice(0, 3).findIndex((line) => PAGE.test(line))
  return (
    at >= 0 &&
    lines.slice(at, at + 8).filter((line) => line.includes('<')).length > 0 &&
    lines.some((line) => TAG_LINE.test(line))
  )
}

/** Pages without line ends: a tag for every hundred units. */
function isOneLine({ lines }: Sample): boolean {
  const units = lines.join('\n')
  const tags = units.match(TAGS)?.length ?? 0
  return tags > 4 && tags * 60 >= units.length
}
