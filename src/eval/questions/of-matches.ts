/** Questions about search results: the file and the number of a match, and its text. */

import type { Dice, Question, Task } from './question.ts'

type Maker = (matches: readonly Match[], dice: Dice) => Question | undefined

export const MATCH_MAKERS: Readonly<Partial<Record<Task, Maker>>> = { which: fileOf, value: numberOf, line: textOf }

export interface Match {
  readonly path: string
  readonly line: string
  readonly text: string
  /** A word that only this match has. */
  readonly word: string
}

const MATCH = /^([\w@~][\w@./-]*[./][\w./-]*):(\d+):(?:\d+:)?(.*)$/
const MIN_MATCHES = 4

/** @returns undefined unless nearly every line is `path:line:text` */
export function matchesOf(text: string): readonly Match[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line !== '')
  const found = lines.flatMap((line) => {
    const [, path = '', number = '', rest = ''] = MATCH.exec(line) ?? []
    return path === '' ? [] : [{ path, line: number, text: rest }]
  })
  if (found.length < MIN_MATCHES || found.length < 0.8 * lines.length) return undefined
  return found.flatMap((match) => {
    const words = match.text.match(/[A-Za-z_]\w{4,40}/g) ?? []
    const word = words.find((each) => text.indexOf(each) === text.lastIndexOf(each))
    return word === undefined ? [] : [{ ...match, word }]
  })
}

function fileOf(matches: readonly Match[], dice: Dice): Question | undefined {
  const match = dice.pick(matches)
  return (
    match && {
      task: 'which',
      text: `In which file does ${match.word} stand? Answer with the path only.`,
      answer: [match.path],
    }
  )
}

function numberOf(matches: readonly Match[], dice: Dice): Question | undefined {
  const match = dice.pick(matches)
  return (
    match && {
      task: 'value',
      text: `On which line of ${match.path} does ${match.word} stand? Answer with the line number only.`,
      answer: [match.line],
    }
  )
}

function textOf(matches: readonly Match[], dice: Dice): Question | undefined {
  const match = dice.pick(matches.filter(({ text }) => text.trim().length <= 120))
  return (
    match && {
      task: 'line',
      text: `Copy exactly the source line that contains ${match.word}, without its path and line number. Answer with the source line only.`,
      answer: [match.text],
    }
  )
}
