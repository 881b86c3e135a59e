/** Tells whether a line begins as a record of a log: with a time, behind the name of a container or a host, or a level. */

export function isLogged(line: string): boolean {
  return (hasClock(line) && STAMP.test(line)) || NO_CLOCK.test(line)
}

/** Names that collectors put before the time: a container, a pod, a host. */
const NAME = String.raw`(?:[\w./@-]{1,80}\s*\|\s*|\[(?:pod\/)?[\w./@-]{1,120}\]\s+|(?:[\w.-]{1,60}\s+){0,3}?)`

const TIMES = [
  String.raw`\d{4}[-/.]\d\d?[-/.]\d\d?(?:[T _-]|, )?\d{1,2}[:.]\d\d`,
  String.raw`\d{1,2}[-/ ](?:\d{1,2}|[A-Z][a-z]{2})[-/ ]\d{2,4}[ T:,]+\d{1,2}:\d\d`,
  String.raw`(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d`,
  String.raw`\d{1,2}:\d\d:\d\d`,
  String.raw`[IWEF]\d{4} \d\d:\d\d:\d\d`,
  String.raw`\d{8}[- |T]\d{1,2}:?\d\d:?\d`,
  String.raw`\S+ \S+ \S+ \[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:`,
]
const STAMP = new RegExp(String.raw`^[\s<[({"'>*-]{0,6}(?:\d{1,3}>)?${NAME}[<[({"'-]?(?:${TIMES.join('|')})`)

const LEVEL = String.raw`(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|ERR!?|FATAL|CRITICAL|SEVERE|trace|debug|info|warn(?:ing)?|error|notice)`

/** A level, seconds since the start or since 1970, a member of logfmt. */
const NO_CLOCK = new RegExp(
  String.raw`^[\s<[({"'>*-]{0,6}(?:${LEVEL}(?:[\]:|\s]|$)|level=|(?:time|ts|timestamp|t)="?\d|[\w.-]{1,60}-\d+ +\| |npm (?:ERR|WARN|error|warn|notice|info|http)|(?:[\d.,:/-]{2,30}\s+){1,4}(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s|1\d{9}(?:\d{3})?(?:[.]\d+)?\s|\d{1,7}\.\d{3,6}\] )`,
)

/** A time stands among the first units of its line. */
const UNITS = 80

/** Is there a digit, a colon and two digits? It is tested first, since most lines have none. */
function hasClock(line: string): boolean {
  const end = Math.min(line.length - 2, UNITS)
  for (let at = 1; at < end; at++) {
    const unit = line.charCodeAt(at)
    if ((unit === 0x3a || unit === 0x2e) && isDigit(line, at - 1) && isDigit(line, at + 1)) return true
  }
  return false
}

function isDigit(line: string, at: number): boolean {
  const unit = line.charCodeAt(at)
  return unit >= 0x30 && unit <= 0x39
}
