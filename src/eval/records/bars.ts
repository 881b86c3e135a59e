/** Records in a table that is drawn with bars: Markdown, MySQL, box lines. */

import type { Records } from './records.ts'

const BAR = /[|│┃║]/

/** @returns undefined when a line neither has bars at both ends nor is a rule */
export function barRecords(text: string): Records | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const drawn = lines.filter((line) => !isRule(line))
  if (drawn.length < 2 || !drawn.every(isDrawn)) return undefined
  const [fields = [], ...rows] = drawn.map(cellsOf)
  return rows.every((row) => row.length === fields.length) ? { fields, rows } : undefined
}

function isDrawn(line: string): boolean {
  const text = line.trim()
  return text.length > 2 && BAR.test(text[0] ?? '') && BAR.test(text.at(-1) ?? '')
}

function isRule(line: string): boolean {
  return /^[\s|+:=\-─━═│┃║┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╤╧╪┏┓┗┛┣┫┳┻╋╭╮╯╰╂┿╇╈┡┩]+$/u.test(line) && /[-=─━═]/.test(line)
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .split(BAR)
    .slice(1, -1)
    .map((cell) => cell.trim())
}
