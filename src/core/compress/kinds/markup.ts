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

/** A page opens in one of the first lines, behind a prompt or headers. */
const OPENING_LINES = 3

function isPage({ lines }: Sample): boolean {
  const isOpened = lines.slice(0, OPENING_LINES).some((line) => PAGE.test(line))
  return isOpened && lines.some((line) => TAG_LINE.test(line))
}

/** A text of few lines has its tags inside of them. */
const MAX_LONG_LINES = 12
const MIN_TAGS = 5
const UNITS_PER_TAG = 60

function isOneLine({ lines }: Sample): boolean {
  if (lines.length > MAX_LONG_LINES) return false
  const units = lines.join('\n')
  const tags = units.match(TAGS)?.length ?? 0
  return tags >= MIN_TAGS && tags * UNITS_PER_TAG >= units.length
}
