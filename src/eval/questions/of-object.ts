/** Questions about one JSON object: the values of its members, and the length of its lists. */

import type { Dice, Question, Task } from './question.ts'

type Maker = (object: JsonObject, dice: Dice) => Question | undefined

export const OBJECT_MAKERS: Readonly<Partial<Record<Task, Maker>>> = { value, count }

export interface JsonObject {
  readonly scalars: readonly Member[]
  readonly lists: readonly Member[]
}

interface Member {
  /** In words: `price of item 2 of flights`. */
  readonly name: string
  /** As the text spells it; of a list, its length. */
  readonly value: string
}

const MIN_SCALARS = 5
const MAX_VALUE = 60

/** @returns undefined for a text that is not JSON, and for JSON with few values */
export function objectOf(text: string): JsonObject | undefined {
  const value = /^\s*[[{]/.test(text) ? parse(text) : undefined
  const all = value === undefined ? [] : membersOf(value, '')
  const scalars = all.filter((member) => isKnown(member.value, text))
  const lists = all.flatMap(({ name, value: list }) =>
    Array.isArray(list) && name !== '' ? [{ name, value: String(list.length) }] : [],
  )
  const written = scalars.map((member) => ({ ...member, value: String(member.value) }))
  return scalars.length < MIN_SCALARS ? undefined : { scalars: written, lists }
}

interface Found {
  readonly name: string
  readonly value: unknown
}

/** A value and all within it, each with its way to the whole. */
function membersOf(value: unknown, name: string): Found[] {
  const inner = Array.isArray(value)
    ? value.map((item, at) => [`item ${at + 1}`, item] as const)
    : Object.entries(typeof value === 'object' && value !== null ? value : {})
  return [{ name, value }, ...inner.flatMap(([key, member]) => membersOf(member, key + of(name)))]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function of(name: string): string {
  return name === '' ? '' : ` of ${name}`
}

/** Not a number that JavaScript writes in another way than the text, nor a string with escapes. */
function isKnown(value: unknown, text: string): boolean {
  const written = String(value)
  return typeof value !== 'object' && written !== '' && written.length <= MAX_VALUE && text.includes(written)
}

function value({ scalars }: JsonObject, dice: Dice): Question | undefined {
  const member = dice.pick(scalars)
  return (
    member && {
      task: 'value',
      text: `What is the value of ${member.name}? Answer with the value only.`,
      answer: [member.value],
    }
  )
}

function count({ lists }: JsonObject, dice: Dice): Question | undefined {
  const list = dice.pick(lists)
  return (
    list && {
      task: 'count',
      text: `How many items has ${list.name}? Answer with the number only.`,
      answer: [list.value],
    }
  )
}
