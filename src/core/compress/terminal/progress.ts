/** Do two frames show the same progress, the second one later? */

/** A number that only grows, from which the progress is read. */
const PERCENT = /(?<![\d.])(\d+(?:\.\d+)?) ?%/
const RATIO = /(?<![\d./])(\d+(?:\.\d+)?)(?: ?\/ ?| of )(\d+(?:\.\d+)?)(?![\d/.-])/
/** git counts both ways. */
const COUNTED = /\d% \(\d+\/\d+\)/
/** curl shows neither; its clock is not set yet. */
const UNSET_CLOCK = /-:--/

const BLOCK_BAR = /[\u2501\u2578-\u257b\u2581-\u2593\u25a0\u25a1\u25b0\u25b1\u25cb\u25cf]{2,}/
const IN_BRACKETS = /[[|]([=#>*.\- \u2588-\u258f]{3,200})[\]|]/
const FILLED_OR_EMPTY = /[=#*-]{2}|[=#*-]>| {3}/

const TURNING = /[\u2800-\u28ff\u25d0-\u25d3\u25f4-\u25f7\u2596-\u259f]|(?<![^ [(])[|/\\-](?![^ \])])/
const IS_ASCII = /^[ -~]$/
const MORE_DOTS = /^ *\.[. ]*$/

/** How a progress ends, when its last frame has no number. */
const ENDED = /\b(?:done|complete|finish|ok|success|fail|error)|[\u2713-\u2718]|100 ?%/i

/** Numbers and durations with their units, which may change from frame to frame; not the digits of a name. */
const NUMBER = /\d+(?:[.,:]\d+)*(?: ?(?:[kKMGTP]?i?(?:B|b|bit|bytes|it)(?:\/s|ps)?|[kKMGTP]|min)(?!\p{L}))?/u.source
const DURATION = /(?:\d+(?:\.\d+)?(?:ms|[dhms]))+(?!\p{L})/u.source
const QUANTITIES = new RegExp(`(?<![\\p{L}\\d])(?:${DURATION}|${NUMBER})`, 'gu')
const WORDS = /[\p{L}\d]*\p{L}[\p{L}\d]*/gu

const SIZE = /\d+(?:\.\d+)? ?[kKMGTP]?i?[bB](?:\/s|ps)?(?![\p{L}\d])/u.source
const BARS_AND_SIZES = new RegExp(`${IN_BRACKETS.source}|${BLOCK_BAR.source}|(?<![\\p{L}\\d.])${SIZE}`, 'gu')
const BLANKS = / +/g

const DELIMITERS = /[,;\t|]/g
/** What stands before the number or the bar. */
const HEAD = /^[^\d[|%\u2501-\u257b\u2581-\u25cf\u2800-\u28ff]*/
const FOUR_LETTERS = /(?:\p{L}[^\p{L}]*){4}/u

/**
 * Frames that are alike but for digits, bars, percentages and spinners. Delimiters at the same places make records of
 * them, unless both hold a bar, a spinner, or a count in two ways.
 * @param isLast the second frame ends the line, so it may say how the progress ended
 */
export function isSameProgress(before: string, after: string, isLast: boolean): boolean {
  const advances = hasAdvanced(before, after)
  if (advances && hasBar(before) && hasBar(after)) return true
  if (isTurning(before, after) || isDotted(before, after)) return true
  if (isLast && isEnd(before, after)) return true
  if (!advances && !(UNSET_CLOCK.test(before) && UNSET_CLOCK.test(after))) return false
  if (!hasSameWords(before, after, isLast)) return false
  return (COUNTED.test(before) && COUNTED.test(after)) || delimitersOf(before) === '' || delimitersOf(after) === ''
}

/** The same text before a percentage that does not fall, or before a part of the same whole that does not. */
function hasAdvanced(before: string, after: string): boolean {
  const number = PERCENT.test(before) && PERCENT.test(after) ? PERCENT : RATIO
  const [earlier, later] = [number.exec(before), number.exec(after)]
  if (earlier === null || later === null || !hasSameStart(earlier, later)) return false
  const [, part, whole] = earlier
  const [, laterPart, laterWhole] = later
  return whole === laterWhole && Number(part) <= Number(laterPart) && Number(laterPart) <= Number(laterWhole ?? 100)
}

/** Another number in front says that this is a record: `rack 2 40%`. */
function hasSameStart(a: RegExpExecArray, b: RegExpExecArray): boolean {
  if (a.index === b.index && a.input.slice(0, a.index) === b.input.slice(0, b.index)) return true
  return textBefore(a) === textBefore(b)
}

/** Without bars and sizes, which may differ. */
function textBefore({ input, index }: RegExpExecArray): string {
  return input.slice(0, index).replace(BARS_AND_SIZES, '').replace(BLANKS, ' ').trim()
}

function hasBar(frame: string): boolean {
  return BLOCK_BAR.test(frame) || FILLED_OR_EMPTY.test(IN_BRACKETS.exec(frame)?.[1] ?? '')
}

/** A spinner in the same column. Signs that may also be text must turn. */
function isTurning(before: string, after: string): boolean {
  const [sign, laterSign] = [TURNING.exec(before), TURNING.exec(after)]
  if (sign === null || laterSign === null || sign.index !== laterSign.index) return false
  const isText = IS_ASCII.test(sign[0]) || IS_ASCII.test(laterSign[0])
  return !(isText && sign[0] === laterSign[0]) && hasSameWords(before, after, false)
}

function isDotted(before: string, after: string): boolean {
  const start = before.trimEnd()
  return FOUR_LETTERS.test(start) && after.startsWith(start) && MORE_DOTS.test(after.slice(start.length))
}

function isEnd(before: string, after: string): boolean {
  const head = headOf(before)
  const hasSign = PERCENT.test(before) || RATIO.test(before) || hasBar(before)
  if (!hasSign || !FOUR_LETTERS.test(head) || delimitersOf(head) !== '') return false
  return after.startsWith(head) && ENDED.test(after.slice(head.length))
}

function headOf(frame: string): string {
  return (HEAD.exec(frame)?.[0] ?? '').trimEnd()
}

function hasSameWords(before: string, after: string, mayHaveMore: boolean): boolean {
  const words = wordsOf(before)
  const laterWords = wordsOf(after)
  return laterWords === words || (mayHaveMore && laterWords.startsWith(words))
}

function wordsOf(frame: string): string {
  return (frame.replace(QUANTITIES, ' ').match(WORDS) ?? []).join(' ')
}

function delimitersOf(frame: string): string {
  return (frame.match(DELIMITERS) ?? []).join('')
}
