/** `m2m models`. */

import { M2MError } from '../../core/errors.ts'
import { listModels, type ModelCard, resolveModel } from '../../core/model/index.ts'
import { defineCommand } from '../command.ts'
import { print, printJson } from '../output.ts'
import { columns } from '../table.ts'
import { didYouMean } from '../usage.ts'

export const models = defineCommand({
  operands: '[NAME]',
  about: [
    'Lists the models that are known by name and how their tokens are counted, or tells',
    'what one NAME is taken for: aliases, dated and prefixed names of a family resolve too.',
    '',
    'Counted in is the vocabulary, content and tools the factors on its counts.',
  ].join('\n'),
  options: { json: { type: 'boolean', about: 'for a program to read' } },
  examples: ['m2m models', 'm2m models openai/gpt-4o-2024-08-06', 'm2m models llama3.2:3b --json'],
  async run({ values, operands: [name] }) {
    const cards = name === undefined ? listModels() : [cardOf(name)]
    if (values.json) printJson(name === undefined ? cards : cards[0])
    else print(columns([HEAD, ...cards.map(rowOf)]))
    return 0
  },
})

const HEAD = ['model', 'provider', 'family', 'counted in', 'content', 'tools']

function rowOf({ name, provider, family, billing: { vocabulary, content, tools } }: ModelCard): string[] {
  const overhead = tools.overhead === 0 ? '' : ` + ${tools.overhead}`
  return [
    name,
    provider,
    family,
    vocabulary,
    `${content.factor} x, ${content.accuracy}`,
    `${tools.factor} x${overhead}, ${tools.accuracy}`,
  ]
}

function cardOf(name: string): ModelCard {
  const card = resolveModel(name)
  if (card !== undefined) return card
  const known = listModels().map((each) => each.name)
  throw new M2MError(
    `no model family is known for ${JSON.stringify(name)}${didYouMean(name, known)}; its tokens would be guessed`,
    { code: 'NO_SUCH_MODEL' },
  )
}
