/** Generates the page of error codes. */

import { STATUS } from '../sidecar/error-reply.ts'
import { type Blame, ERROR_CODES, type ErrorCode } from '../src/core/errors.ts'

const WHO: Readonly<Record<Blame, string>> = {
  caller: 'the sender of the request, or who configured it',
  upstream: 'the provider',
  us: 'M2M',
}

/** @returns Markdown */
export function errorReference(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, blame]) => `| \`${code}\` | ${STATUS[code as ErrorCode] ?? '-'} | ${WHO[blame]} |`,
  )
  return [
    '# Error codes',
    '',
    "Every error of M2M has one of these codes: in replies (in the caller's own dialect), log lines, spans and metrics.",
    'A message states the cause and the remedy; they never contain content of a request.',
    '',
    '| code | status a caller sees | who has to act |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
