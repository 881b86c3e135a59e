/** `m2m compress`. */

import { reportJson } from '../../core/compress/index.ts'
import { compressInput, toJson } from '../../core/engine/index.ts'
import { defineCommand } from '../command.ts'
import { readInput, writeFile } from '../input.ts'
import { DIALECT_OPTION } from '../options/dialect.ts'
import { ENGINE_OPTIONS, settingsOf } from '../options/engine-settings.ts'
import { printBytes, printMessage } from '../output.ts'
import { reportLines } from '../print/report-lines.ts'
import { vocabularies } from '../vocabularies.ts'

export const compress = defineCommand({
  operands: '[FILE]',
  about: [
    'Reads the body of an LLM request (OpenAI, Anthropic or Ollama) from FILE or standard',
    'input and writes the body that the sidecar would send. Only tool results change; all',
    'other bytes stay. The savings are printed on stderr.',
  ].join('\n'),
  options: {
    ...ENGINE_OPTIONS,
    model: { type: 'string', value: 'NAME', about: 'count as for this model', otherwise: 'the one in the body' },
    dialect: DIALECT_OPTION,
    report: { type: 'string', value: 'FILE', about: 'write the report there; decompress takes it' },
    json: { type: 'boolean', about: 'print {"request", "report"} instead of the request alone' },
  },
  examples: [
    'm2m compress request.json > smaller.json',
    'm2m compress --report report.json < request.json > smaller.json',
    'm2m compress --json request.json | m2m decompress',
  ],
  async run({ values, operands: [file] }) {
    const { dialect, model } = values
    const options = { settings: settingsOf(values), vocabularies, dialect, model }
    const { body, report } = compressInput(await readInput(file), options)
    if (values.report !== undefined) writeFile(values.report, `${JSON.stringify(reportJson(report), undefined, 2)}\n`)
    printBytes(values.json ? Buffer.concat([toJson(body, report), Buffer.from('\n')]) : body)
    printMessage(reportLines(report))
    return 0
  },
})
