/** `m2m tokens`. */

import { passthroughReport } from '../../core/compress/index.ts'
import { parseInput } from '../../core/engine/index.ts'
import { type Accuracy, resolveCounter, type VocabularyName } from '../../core/tokenizer/index.ts'
import { defineCommand } from '../command.ts'
import { readInput, textOf } from '../input.ts'
import { DIALECT_OPTION } from '../options/dialect.ts'
import { print, printJson } from '../output.ts'
import { grouped } from '../print/table.ts'
import { vocabularies } from '../vocabularies.ts'

export const tokens = defineCommand({
  operands: '[FILE]',
  about: [
    'Counts the tokens of a text from FILE or standard input, or with --request those of',
    'an LLM request body as its provider bills them: content, calls and tool definitions.',
    '',
    'exact: counted with the tokenizer of the model; approx: calibrated on billed calls;',
    'heuristic: a guess by the family of the model.',
  ].join('\n'),
  options: {
    model: {
      type: 'string',
      value: 'NAME',
      about: 'count as for this model',
      otherwise: 'the one in the request, else gpt-4o',
    },
    request: { type: 'boolean', about: 'the input is a request body' },
    dialect: DIALECT_OPTION,
    json: { type: 'boolean', about: 'for a program to read' },
  },
  examples: [
    'm2m tokens prompt.txt',
    'm2m tokens --model claude-sonnet-5 < prompt.txt',
    'm2m tokens --request request.json --json',
  ],
  async run({ values, operands: [file] }) {
    const input = await readInput(file)
    const count =
      values.request || values.dialect !== undefined
        ? countRequest(input, values)
        : countText(textOf(file ?? 'the input', input), values.model)
    if (values.json) printJson(count)
    else print(`${grouped(count.tokens)} tokens (${count.model}: ${count.accuracy}, ${count.vocabulary})`)
    return 0
  },
})

interface Count {
  readonly tokens: number
  readonly accuracy: Accuracy
  readonly vocabulary: VocabularyName
  readonly model: string
}

const MODEL = 'gpt-4o'

function countText(text: string, model = MODEL): Count {
  const counter = resolveCounter(model, undefined, vocabularies)
  const { accuracy, vocabulary } = counter
  return { tokens: Math.round(counter.content(text)), accuracy, vocabulary, model }
}

function countRequest(body: Uint8Array, flags: { readonly model?: string; readonly dialect?: string }): Count {
  const read = parseInput(body, flags.dialect)
  const model = flags.model ?? read.facts.model ?? MODEL
  const counter = resolveCounter(model, read.dialect.provider, vocabularies)
  const report = passthroughReport({ read, counter, profile: 'Safe', outcome: 'passthrough', bytes: body.length })
  const { original, accuracy } = report.tokens ?? { original: 0, accuracy: counter.accuracy }
  return { tokens: original, accuracy, vocabulary: counter.vocabulary, model }
}
