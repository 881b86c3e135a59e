/** Reads the date and the time that a log line begins with. */

export interface Stamp {
  /** What stands before the date: nothing, a bracket, the name of a container. */
  readonly lead: string
  readonly date: string
}

/** `[`, the priority of syslog; before it the container of `docker compose logs` or of `kubectl logs --prefix`. */
const LEAD = String.raw`(?:[\w.-]{1,64} *\| |\[pod/[\w./-]{1,256}\] )?(?:\[|<\d{1,3}>)?`
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)'
const DATES = [
  String.raw`\d{4}-\d\d-\d\d`,
  String.raw`\d{4}/\d\d/\d\d`,
  String.raw`\d\d[-/. ]\d\d[-/. ]\d{4}`,
  String.raw`\d\d[- ]${MONTH}[- ]\d{4}`,
  String.raw`(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?${MONTH} [ \d]\d`,
]
const DATE = `(?:${DATES.join('|')})`
const TIME = String.raw`\d\d:\d\d:\d\d(?![:\d])`

const STAMPED = new RegExp(`^(${LEAD})(${DATE}) ${TIME}`)
const TIMED = new RegExp(`^(${LEAD})${TIME}`)
const WHOLE_DATE = new RegExp(`^${DATE}$`)

/** @returns undefined for a line that does not begin with a date, one blank and a time */
export function stampOf(line: string): Stamp | undefined {
  const [, lead, date] = STAMPED.exec(line) ?? []
  return lead === undefined || date === undefined ? undefined : { lead, date }
}

/** What stands before the time of a line without its date; undefined for a line that begins with no time. */
export function leadOfTime(line: string): string | undefined {
  return TIMED.exec(line)?.[1]
}

export function isDate(text: string): boolean {
  return WHOLE_DATE.test(text)
}
