/** Questions about records: a field's value, the record with a value, whole records, counts, extremes, order. */

import type { Records } from '../records/records.ts'
import type { Dice, Question, Task } from './question.ts'

type Maker = (table: Table, dice: Dice) => Question | undefined

/** @returns one question of each task, as far as the records allow it */
export const RECORD_MAKERS: Readonly<Partial<Record<Task, Maker>>> = { value, which, record, count, extreme, next }

/** Records with the field that names each of them. */
export interface Table extends Records {
  readonly key: number
}

const MAX_CELL = 60

/** @returns undefined when no field tells the records apart */
export function tableOf(records: Records): Table | undefined {
  const keys = records.fields.flatMap((_, index) => (isKey(records, index) ? [index] : []))
  const named = keys.find((index) => /(^|[._ -])(id|name|key|number|pid|code)$/i.test(records.fields[index] ?? ''))
  const key = named ?? keys[0]
  return key === undefined ? undefined : { ...records, key }
}

function isKey({ rows }: Records, index: number): boolean {
  const cells = rows.map((row) => row[index] ?? '')
  return cells.every((cell) => cell.length > 1 && cell.length <= MAX_CELL) && new Set(cells).size === cells.length
}

function value({ fields, rows, key }: Table, dice: Dice): Question | undefined {
  const row = dice.pick(rows)
  const at = dice.pick(fields.flatMap((_, index) => (index !== key && isCell(row?.[index]) ? [index] : [])))
  if (row === undefined || at === undefined) return undefined
  return {
    task: 'value',
    text: `What is the value of ${fields[at]} where ${fields[key]} is ${row[key]}? Answer with the value only.`,
    answer: [row[at] ?? ''],
  }
}

function which({ fields, rows, key }: Table, dice: Dice): Question | undefined {
  const choices = rows.flatMap((row) =>
    fields.flatMap((_, at) => (at !== key && isCell(row[at]) && isUnique(rows, at, row[at]) ? [{ row, at }] : [])),
  )
  const choice = dice.pick(choices)
  if (choice === undefined) return undefined
  const { row, at } = choice
  return {
    task: 'which',
    text: `Which ${fields[key]} has ${fields[at]} ${row[at]}? Answer with the ${fields[key]} only.`,
    answer: [row[key] ?? ''],
  }
}

/** More fields make a long answer, which measures patience. */
const MAX_FIELDS = 10

function record({ fields, rows, key }: Table, dice: Dice): Question | undefined {
  const row = dice.pick(rows)
  const cells = row?.filter((cell) => cell !== '') ?? []
  if (row === undefined || cells.length > MAX_FIELDS || !cells.every(isCell)) return undefined
  return {
    task: 'record',
    text: `Write the whole record where ${fields[key]} is ${row[key]}: the values of all its fields, from the first to the last, separated by commas. Answer with this one line only.`,
    answer: cells,
    wrong: rows.filter((other) => other !== row).map((other) => other[key] ?? ''),
  }
}

function count({ rows }: Table): Question {
  return {
    task: 'count',
    text: 'How many records does this result list? Answer with the number only.',
    answer: [String(rows.length)],
  }
}

function extreme({ fields, rows, key }: Table, dice: Dice): Question | undefined {
  const at = dice.pick(fields.flatMap((_, index) => (index !== key && isNumeric(rows, index) ? [index] : [])))
  if (at === undefined) return undefined
  const isHighest = dice.roll(2) === 0
  const sorted = [...rows].sort((a, b) => Number(b[at]) - Number(a[at]))
  const [best, second] = isHighest ? sorted : sorted.reverse()
  if (best === undefined || Number(best[at]) === Number(second?.[at])) return undefined
  return {
    task: 'extreme',
    text: `Which ${fields[key]} has the ${isHighest ? 'highest' : 'lowest'} ${fields[at]}? Answer with the ${fields[key]} only.`,
    answer: [best[key] ?? ''],
  }
}

function next({ fields, rows, key }: Table, dice: Dice): Question {
  const at = dice.roll(rows.length - 1)
  return {
    task: 'next',
    text: `Which ${fields[key]} has the record directly after the one where ${fields[key]} is ${rows[at]?.[key]}? Answer with the ${fields[key]} only.`,
    answer: [rows[at + 1]?.[key] ?? ''],
  }
}

function isCell(cell: string | undefined): cell is string {
  return cell !== undefined && cell !== '' && cell.length <= MAX_CELL
}

function isUnique(rows: Records['rows'], at: number, cell: string): boolean {
  return rows.filter((row) => row[at] === cell).length === 1
}

function isNumeric(rows: Records['rows'], at: number): boolean {
  return rows.every((row) => /^-?\d{1,12}(\.\d+)?$/.test(row[at] ?? '')) && new Set(rows.map((row) => row[at])).size > 1
}
