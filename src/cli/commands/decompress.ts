/** `m2m decompress`. */

import { decompressRequest, type Report } from '../../core/compress/index.ts'
import { M2MError } from '../../core/errors.ts'
import { endOf, memberOf, NONE, scanJson, startOf } from '../../core/json/index.ts'
import { defineCommand } from '../command.ts'
import { readInput, readText } from '../input.ts'
import { printBytes } from '../output.ts'
import { DIALECT_OPTION, understand } from '../request-body.ts'

export const decompress = defineCommand({
  operands: '[FILE]',
  about: [
    'Reads a compressed request body, or the {"request", "report"} of m2m compress --json,',
    'and writes the request with its original values. With a report exactly what was',
    'encoded is decoded; without one, every block that carries our forms.',
  ].join('\n'),
  options: {
    report: { type: 'string', value: 'FILE', about: 'the report that m2m compress --report wrote' },
    dialect: DIALECT_OPTION,
  },
  examples: ['m2m decompress smaller.json', 'm2m decompress --report report.json < smaller.json > request.json'],
  async run({ values, operands: [file] }) {
    const { request, report } = unwrap(await readInput(file))
    const named = values.report === undefined ? undefined : parseReport(readText(values.report), values.report)
    const read = understand(request, values.dialect)
    printBytes(decompressRequest(read, named ?? report).body)
    return 0
  },
})

type Changes = Pick<Report, 'changes'>

/** A body is the request itself unless it has a member `request`, which none of the dialects knows. */
function unwrap(input: Buffer): { request: Uint8Array; report?: Changes } {
  const tape = scanJson(input)
  const request = tape ? memberOf(tape, 0, 'request') : NONE
  if (tape === undefined || request === NONE) return { request: input }
  const report = memberOf(tape, 0, 'report')
  return {
    request: input.subarray(startOf(tape, request), endOf(tape, request)),
    ...(report !== NONE && {
      report: parseReport(
        input.toString('utf8', startOf(tape, report), endOf(tape, report)),
        'the report in the input',
      ),
    }),
  }
}

function parseReport(text: string, where: string): Changes {
  try {
    const report: unknown = JSON.parse(text)
    if (hasChanges(report)) return report
  } catch {
    // The same message as for JSON of another shape.
  }
  throw new M2MError(`${where} is not what m2m compress reports`, { code: 'NOT_OUR_FORM' })
}

function hasChanges(report: unknown): report is Changes {
  const changes = (report as { changes?: unknown } | null)?.changes
  return (
    Array.isArray(changes) &&
    changes.every((change) => typeof change?.path === 'string' && Array.isArray(change.techniques))
  )
}
