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
    "The maker's list prices in USD per million tokens, standard tier and speed, short prompts. Terms: factors of all prices,",
    'below. Cache read and write: factors of the input price; the last one is for the longer lifetime. Cached from: the shortest',
    'prefix that the prompt cache stores, in tokens. Retired: the day on which the maker stops serving the model.',
    '',
    '| model | maker | family | since | input | output | terms | retired | read on | source |',
    '|---|---|---|---|--:|--:|---|---|---|---|',
    ...modelRows(file),
    '',
    '| models | since | cache | cached from | kept | read | write | for longer | read on | source |',
    '|---|---|---|--:|--:|--:|--:|---|---|---|',
    ...cacheRows(file),
    '',
    '| at | model | input | output | read | kept | read on | source |',
    '|---|---|--:|--:|--:|--:|---|---|',
    ...resoldRows(file),
    '',
    '| terms | factors |',
    '|---|---|',
    ...Object.entries(file.terms).map(([name, terms]) => row([name, factors(terms).join('; ')])),
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

function modelRows({ models, families, sources }: ModelsFile): string[] {
  const familyOf = byPrefix(families)
  return models.map(({ name, since, input, output, terms, retired, source }) => {
    const family = longestPrefix(familyOf, name)
    const known = [input, output, terms?.join(', '), retired, source && sources[source]?.read, source]
    return row([name, family?.provider, family?.name, since, ...known])
  })
}

function cacheRows({ caches, sources }: ModelsFile): string[] {
  return caches.flatMap(({ kind, ttlSeconds, write, ttlSecondsLong, writeLong, source, models }) => {
    const kept = ttlSeconds && `${ttlSeconds / 60} min`
    const long = ttlSecondsLong && `${writeLong} (${ttlSecondsLong / 3600} h)`
    return models.map(({ prefixes, since, minTokens, read, source: own = source }) => {
      const origin = [sources[own]?.read, own]
      return row([prefixes.join(', '), since, kind, minTokens, kept, read, write, long, ...origin])
    })
  })
}

function resoldRows({ resold, sources }: ModelsFile): string[] {
  return resold.flatMap(({ server, models, cache }) =>
    models.map(({ name, input, output, source }) => {
      const kept = `${cache.ttlSeconds / 60} min`
      return row([server, name, input, output, cache.read, kept, source && sources[source]?.read, source])
    }),
  )
}

function factors({ bands = [], tiers, speeds, places, offPeak }: ModelsFile['terms'][string]): string[] {
  const named = [tiers, speeds, places].flatMap((each) => (each === undefined ? [] : [Object.entries(each)]))
  const hours = offPeak?.hours.map(([from, until]) => `${from}-${until}`).join(', ')
  return [
    ...bands.map(({ from, over, input, output }) => {
      const length = over === undefined ? `from ${from}` : `over ${over}`
      return `prompts ${length} tokens: input ${input}, output ${output}`
    }),
    ...named.map((entries) => entries.map(([name, factor]) => `${name} ${factor}`).join(', ')),
    ...(offPeak === undefined ? [] : [`${offPeak.factor} at ${hours} h UTC and on Saturdays and Sundays`]),
  ]
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
