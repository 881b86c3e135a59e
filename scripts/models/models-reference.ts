/** Generates the reference page of models from models.yaml itself: the generated table may be older than the file. */

import { byPrefix, longestPrefix } from '../../src/core/model/family.ts'
import type { ModelsFile } from './models-file.ts'

/** @returns Markdown */
export function modelsReference(file: ModelsFile): string {
  return [
    '# Models',
    '',
    'From `src/core/model/models.yaml`, which is edited by hand; see [models](../models.md). A dash means: not known.',
    '',
    '## Prices and prompt caches',
    '',
    "The maker's list prices in USD per million tokens, standard tier. Up to: the prices apply to requests of at most this many",
    'input tokens. Cached from: the shortest prefix that the prompt cache stores, in tokens.',
    '',
    '| model | maker | family | input | output | cache read | cache write | for 1 h | up to | cache | cached from | kept | read on | source |',
    '|---|---|---|--:|--:|--:|--:|--:|--:|---|--:|--:|---|---|',
    ...modelRows(file),
    '',
    '## Counting',
    '',
    'Billed tokens are `factor x` the tokens of a vocabulary; for tool definitions those of their JSON, plus an overhead once.',
    'Off: the mean error of estimates, as a share of the billed tokens, on calls that were not used for the fit.',
    '',
    '| family | vocabulary | content | | calls | off | tools | | calls | off |',
    '|---|---|--:|---|--:|--:|--:|---|--:|--:|',
    ...Object.entries(file.billings).map(billingRow),
    '',
    '## Sources',
    '',
    ...Object.entries(file.sources).map(([name, { read, from }]) => `* ${name} (${read}): ${from}`),
    '',
  ].join('\n')
}

function modelRows({ models, families, caches, sources }: ModelsFile): string[] {
  const familyOf = byPrefix(families)
  const cacheOf = byPrefix(caches)
  return models.map(({ name, source, ...prices }) => {
    const family = longestPrefix(familyOf, name)
    const cache = longestPrefix(cacheOf, name)
    return row([
      ...[name, family?.provider, family?.name, prices.input, prices.output, prices.cacheRead, prices.cacheWrite],
      ...[prices.cacheWrite1h, prices.upTo, cache?.kind, cache?.minTokens, cache && `${cache.ttlSeconds / 60} min`],
      ...[source && sources[source]?.read, source],
    ])
  })
}

function billingRow([name, { vocabulary, content, tools }]: [string, ModelsFile['billings'][string]]): string {
  const overhead = tools.overhead === 0 ? '' : ` + ${tools.overhead}`
  return row([
    ...[name, vocabulary, content.factor, content.accuracy, content.rows, off(content.error)],
    ...[`${tools.factor}${overhead}`, tools.accuracy, tools.rows, off(tools.error)],
  ])
}

function off(error: number | undefined): string | undefined {
  return error === undefined ? undefined : `${(100 * error).toFixed(1)} %`
}

function row(cells: readonly (string | number | undefined)[]): string {
  return `| ${cells.map((cell) => cell ?? '-').join(' | ')} |`
}
