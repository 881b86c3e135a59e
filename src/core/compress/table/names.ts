/** Is the first row of a table its head? */

const HAS_LETTER = /\p{L}|[#%]/u
const HAS_DIGIT = /\d/
const HAS_LOWER = /\p{Ll}/u

/** A column with one cell in so many rows has another name. */
const MIN_ALIKE = 3

/**
 * Names are all there, and differ. They are written in capitals over cells that are not, or stand over a column that
 * they do not belong to: their name has no digit and all its cells have, or all its cells are alike. The first column
 * may have no name.
 */
export function isNames(first: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const named = first.filter((name, nth) => nth > 0 || name !== '')
  const body = rows.slice(0, SAMPLE)
  return (
    areNames(named) &&
    isApart(first, body) &&
    (areCapitals(named, body) || first.some((name, nth) => isOther(name, nth, body)))
  )
}

/** Rows that are looked at. */
const SAMPLE = 100

const MAX_NAME = 60

function areNames(named: readonly string[]): boolean {
  return new Set(named).size === named.length && named.every((name) => HAS_LETTER.test(name) && name.length <= MAX_NAME)
}

/** Is no name a cell of its own column? */
function isApart(first: readonly string[], body: readonly (readonly string[])[]): boolean {
  return body.length > 0 && !body.some((row) => row.some((cell, nth) => cell !== '' && cell === first[nth]))
}

function areCapitals(named: readonly string[], body: readonly (readonly string[])[]): boolean {
  return !named.some((name) => HAS_LOWER.test(name)) && body.some((row) => row.some((cell) => HAS_LOWER.test(cell)))
}

function isOther(name: string, nth: number, body: readonly (readonly string[])[]): boolean {
  if (name === '' || HAS_DIGIT.test(name)) return false
  const cell = body[0]?.[nth]
  const isAlike = body.length >= MIN_ALIKE && cell !== '' && body.every((row) => row[nth] === cell)
  return isAlike || body.every((row) => HAS_DIGIT.test(row[nth] ?? ''))
}
