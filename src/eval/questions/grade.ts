/** Is an answer right? Exactly, once white space, code fences and quotes around it are gone. */

import type { Question } from './question.ts'

export function isRight(question: Pick<Question, 'answer' | 'wrong'>, given: string): boolean {
  const { answer, wrong = [] } = question
  const said = bare(given)
  const [only = '', ...others] = answer
  if (others.length === 0) return said === bare(only)
  return hasInOrder(said, answer) && !wrong.some((each) => !answer.includes(each) && hasWord(said, each))
}

/**
 * Without what models put around an answer, some of them their thoughts as well. Every line is trimmed: indentation is
 * judged by nobody.
 */
function bare(given: string): string {
  const text = given.replace(/^\s*<think>.*?<\/think>/s, '')
  const fenced = /^```[\w-]*\n(.*?)\n?```$/s.exec(text.trim())?.[1] ?? text
  const lines = fenced
    .trim()
    .split('\n')
    .map((line) => line.trim())
  return unquoted(lines.join('\n'))
}

const PAIRS = ['""', "''", '``', '“”']

function unquoted(text: string): string {
  const isQuoted = text.length > 1 && PAIRS.includes((text[0] ?? '') + (text.at(-1) ?? ''))
  return isQuoted ? unquoted(text.slice(1, -1).trim()) : text
}

/** All parts in order, whatever stands between them: a record may be written in any notation. */
function hasInOrder(said: string, parts: readonly string[]): boolean {
  let from = 0
  for (const part of parts) {
    const at = wordAt(said, part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}

function hasWord(said: string, word: string): boolean {
  return wordAt(said, word, 0) >= 0
}

/** Where the word stands by itself: not as part of a longer word or number. */
function wordAt(said: string, word: string, from: number): number {
  const isPart = (unit: string | undefined): boolean => unit !== undefined && /[\p{L}\p{N}_]/u.test(unit)
  for (let at = said.indexOf(word, from); at >= 0; at = said.indexOf(word, at + 1)) {
    const isCut = (isPart(said[at - 1]) && isPart(word[0])) || (isPart(said[at + word.length]) && isPart(word.at(-1)))
    if (!isCut) return at
  }
  return -1
}
