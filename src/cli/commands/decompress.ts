/** `m2m decompress`. */

import { decompressInput, parseReport } from '../../core/engine/index.ts'
import { defineCommand } from '../command.ts'
import { readInput, readText } from '../input.ts'
import { DIALECT_OPTION } from '../options/dialect.ts'
import { printBytes } from '../output.ts'

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
    const input = await readInput(file)
    const report = values.report === undefined ? undefined : parseReport(readText(values.report), values.report)
    printBytes(decompressInput(input, { dialect: values.dialect, report }))
    return 0
  },
})
