/** Questions about lines: copies of a line or a word, the lines around one, its time, a section, a count. */

import type { Dice, Question, Task } from './question.ts'

type Maker = (lines: Lines, dice: Dice) => Question | undefined

export const LINE_MAKERS: Readonly<Partial<Record<Task, Maker>>> = {
  line,
  after: beside,
  exact,
  time,
  section,
  value,
  count,
}

/** A text by lines, with the words that stand only once in it. */
export interface Lines {
  readonly text: string
  readonly lines: readonly string[]
  /** By line: words that no other place of the text holds. */
  readonly words: readonly (readonly string[])[]
}

/** A longer line is not copied by hand either. */
const MAX_LINE = 160
const MIN_LINES = 5
/** A longer word is no help to a reader who looks for a line. */
const MAX_NAMING_WORD = 60
/** Makes and counts of words stay small for a large text. */
const MAX_LINES = 2000

/** @returns undefined for a text of a few lines */
export function linesOf(text: string): Lines | undefined {
  const lines = text.split(/\r?\n/).slice(0, MAX_LINES)
  if (lines.filter((each) => each.trim() !== '').length < MIN_LINES) return undefined
  const counts = new Map<string, number>()
  for (const word of lines.flatMap(wordsOf)) counts.set(word, (counts.get(word) ?? 0) + 1)
  const isOnce = (word: string): boolean => counts.get(word) === 1 && text.indexOf(word) === text.lastIndexOf(word)
  return { text, lines, words: lines.map((each) => wordsOf(each).filter(isOnce)) }
}

function wordsOf(each: string): string[] {
  const words = each.match(/[\p{L}\p{N}][\p{L}\p{N}_./:-]*[\p{L}\p{N}]/gu) ?? []
  return words.filter(({ length }) => length >= 4 && length <= MAX_NAMING_WORD)
}

function line(text: Lines, dice: Dice): Question | undefined {
  const found = lineWithWord(text, dice)
  if (found === undefined) return undefined
  return {
    task: 'line',
    text: `Copy exactly the whole line that contains ${found.word}. Answer with the line only.`,
    answer: [found.line],
  }
}

/** One maker for both directions: small models find neither, so they should not weigh too much. */
function beside(text: Lines, dice: Dice): Question | undefined {
  return dice.roll(2) === 0
    ? neighbour(text, dice, { task: 'before', step: -1 })
    : neighbour(text, dice, { task: 'after', step: 1 })
}

function neighbour(
  text: Lines,
  dice: Dice,
  { task, step }: { task: 'before' | 'after'; step: 1 | -1 },
): Question | undefined {
  const found = lineWithWord(text, dice, (at) => isCopied(text.lines[at + step]))
  if (found === undefined) return undefined
  return {
    task,
    text: `Copy exactly the line directly ${task} the line that contains ${found.word}. Answer with that line only.`,
    answer: [text.lines[found.at + step] ?? ''],
  }
}

/** Long enough that its beginning does not give it away. */
const MIN_COPIED_WORD = 12
const MAX_COPIED_WORD = 80

function exact({ text }: Lines, dice: Dice): Question | undefined {
  const whole = text.match(/[^\s"'`()[\]{}<>]+/g) ?? []
  const isAsked = (word: string): boolean =>
    word.length >= MIN_COPIED_WORD && word.length <= MAX_COPIED_WORD && /[\p{L}\p{N}]$/u.test(word)
  const word = dice.pick(whole.filter((each) => isAsked(each) && text.indexOf(each) === text.lastIndexOf(each)))
  if (word === undefined) return undefined
  let units = 4
  const isShared = (start: string): boolean => text.indexOf(start) !== text.lastIndexOf(start)
  while (units < word.length && isShared(word.slice(0, units))) units++
  if (units > word.length - 4) return undefined
  return {
    task: 'exact',
    text: `Copy exactly the word that begins with ${word.slice(0, units)}, up to the next blank, quote or bracket. Answer with it only.`,
    answer: [word],
  }
}

const TIME = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/

function time(text: Lines, dice: Dice): Question | undefined {
  const timeOf = (at: number): string | undefined => TIME.exec(text.lines[at] ?? '')?.[0]
  const found = lineWithWord(
    text,
    dice,
    (at) => timeOf(at) !== undefined,
    (word, at) => !(timeOf(at) ?? '').includes(word) && !word.includes(timeOf(at) ?? '?'),
  )
  const answer = found && timeOf(found.at)
  if (answer === undefined) return undefined
  return {
    task: 'time',
    text: `At what time was the line with ${found?.word} written? Answer with the time only, exactly as the line has it.`,
    answer: [answer],
  }
}

const MAX_SECTION = 6

function section({ lines }: Lines, dice: Dice): Question | undefined {
  const indent = (at: number): number => (lines[at] ?? '').search(/\S|$/)
  const isUnder = (at: number, head: number): boolean => isCopied(lines[at], 2) && indent(at) > indent(head)
  const sections = lines.flatMap((head, at) => {
    const isHead = /^[\s-]*[\w./-]{3,}:$/.test(head) && lines.filter((each) => each === head).length === 1
    let end = at + 1
    while (isHead && end < lines.length && isUnder(end, at)) end++
    return end - at > 2 && end - at - 1 <= MAX_SECTION ? [{ head, body: lines.slice(at + 1, end) }] : []
  })
  const found = dice.pick(sections)
  if (found === undefined) return undefined
  return {
    task: 'section',
    text: `Copy exactly all lines that belong to ${found.head.trim()} (those below it with a deeper indentation). Answer with these lines only.`,
    answer: [found.body.map((each) => each.trim()).join('\n')],
  }
}

/** `key: value` or `key=value`, as configuration and descriptions have it. */
const PAIR = /^\s*(?:- )?([A-Za-z][\w ./-]{2,30}?)\s*(?::\s+|=)(\S.{0,58}\S)\s*$/

function value({ lines }: Lines, dice: Dice): Question | undefined {
  const pairs = lines.flatMap((each) => {
    const [, key = '', answer = ''] = PAIR.exec(each) ?? []
    return key === '' || /[{[(=]/.test(answer) ? [] : [{ key, answer }]
  })
  const unique = pairs.filter(({ key }) => pairs.filter((other) => other.key === key).length === 1)
  const found = unique.length * 2 > lines.length || unique.length > 4 ? dice.pick(unique) : undefined
  if (found === undefined) return undefined
  return {
    task: 'value',
    text: `What is the value of ${found.key}? Answer with the value only.`,
    answer: [found.answer],
  }
}

const MOST_COUNTED = 7

function count({ lines }: Lines, dice: Dice): Question | undefined {
  const byWord = new Map<string, Set<number>>()
  for (const [at, each] of lines.entries()) {
    for (const word of each.match(/\p{L}{4,20}/gu) ?? []) byWord.set(word, (byWord.get(word) ?? new Set()).add(at))
  }
  const isWhole = (word: string, found: ReadonlySet<number>): boolean =>
    lines.filter((each) => each.toLowerCase().includes(word.toLowerCase())).length === found.size
  const words = [...byWord].filter(
    ([word, found]) => found.size > 1 && found.size <= MOST_COUNTED && isWhole(word, found),
  )
  const found = dice.pick(words)
  if (found === undefined) return undefined
  return {
    task: 'count',
    text: `How many lines contain ${found[0]}? Answer with the number only.`,
    answer: [String(found[1].size)],
  }
}

interface Found {
  readonly at: number
  readonly line: string
  readonly word: string
}

/** A line that can be copied, with a word that stands only in it. */
function lineWithWord(
  { lines, words }: Lines,
  dice: Dice,
  isMeant: (at: number) => boolean = () => true,
  names: (word: string, at: number) => boolean = () => true,
): Found | undefined {
  const choices = lines.flatMap((each, at) => {
    const own = (words[at] ?? []).filter((word) => names(word, at) && word.length < each.trim().length * 0.7)
    return isCopied(each) && own.length > 0 && isMeant(at) ? [{ at, line: each, own }] : []
  })
  const choice = dice.pick(choices)
  const word = choice && dice.pick(choice.own)
  return word === undefined || choice === undefined ? undefined : { at: choice.at, line: choice.line, word }
}

function isCopied(each: string | undefined, units = 8): boolean {
  return each !== undefined && each.trim().length >= units && each.length <= MAX_LINE
}
