/** `m2m models`. */

import { M2MError } from '../../core/errors.ts'
import { listModels, type ModelCard, type PriceOverlay, resolveModel, usePriceOverlay } from '../../core/model/index.ts'
import { defineCommand } from '../command.ts'
import { print, printJson } from '../output.ts'
import { MODEL_COLUMNS, modelPage, modelRow, NUMBER_COLUMNS } from '../print/model-card.ts'
import { columns } from '../print/table.ts'
import { didYouMean } from '../usage.ts'
import { readUserTable } from '../user-table.ts'

export const models = defineCommand({
  operands: '[NAME]',
  about: [
    'Lists the known models with their prices in USD per million tokens and the date of',
    'those prices, or prints everything known about one NAME. Aliases, dated and prefixed',
    'names of a family resolve too. A dash means unknown.',
    '',
    'counted: how tokens are counted: exact, calibrated on billed calls (approx), or a guess',
    '(heuristic). cache write, for longer: prices of writing for the shortest and for the longest',
    'time on offer. caches from: the shortest prefix, in tokens, that the provider caches.',
    'retired: the day on which the maker stops serving the model. Long prompts, tiers, speeds and',
    'places have factors of their own, which NAME prints. *: from the table of m2m models refresh.',
  ].join('\n'),
  options: { json: { type: 'boolean', about: 'for a program to read' } },
  examples: ['m2m models', 'm2m models openai/gpt-4o-2024-08-06', 'm2m models llama3.2:3b --json'],
  async run({ values, operands: [name] }) {
    const overlay = readUserTable()
    usePriceOverlay(overlay)
    if (name !== undefined) {
      const card = cardOf(name)
      if (values.json) printJson(card)
      else print(modelPage(card))
      return 0
    }
    const cards = listModels()
    if (values.json) printJson(cards)
    else print([columns([MODEL_COLUMNS, ...cards.map(modelRow)], NUMBER_COLUMNS), ...legend(overlay)].join('\n'))
    return 0
  },
})

function legend(overlay: PriceOverlay | undefined): string[] {
  return overlay === undefined
    ? []
    : ['', `* from ${overlay.shape}'s table, read ${overlay.read} from ${overlay.source}`]
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
