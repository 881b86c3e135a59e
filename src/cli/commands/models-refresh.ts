/** `m2m models refresh`. */

import { resolve } from 'node:path'
import { MIB } from '../../core/limits.ts'
import { type PriceOverlay, priceChanges, readPriceTable, writeOverlay } from '../../core/model/index.ts'
import { defineCommand } from '../command.ts'
import { download, isUrl } from '../download.ts'
import { withProxies } from '../egress.ts'
import { readInput, replaceFile, textOf } from '../input.ts'
import { createProgress, print, printJson } from '../output.ts'
import { refreshText } from '../print/price-changes.ts'
import { readUserTable, userTableFile } from '../user-table.ts'

/** LiteLLM's table has 3.5 MB. */
const MAX_TABLE_BYTES = 16 * MIB
const IDLE_MS = 30_000
const TOTAL_MS = 10 * 60_000

export const modelsRefresh = defineCommand({
  operands: 'FILE|URL',
  about: [
    'Reads the prices of models from a table that somebody else keeps, prints what they change,',
    'and keeps them in ~/.cache/m2m/models.json (XDG_CACHE_HOME; M2M_MODELS names another file).',
    'm2m models uses them at once, m2m proxy from its next start. A new table takes the place',
    'of the one before. Without that file the built-in prices hold.',
    '',
    "The shape is told from the content: LiteLLM's model_prices_and_context_window.json, or",
    "OpenRouter's list of models. A price that M2M has from its maker's own page stays; the",
    'table is used for all other models, unless the built-in price is later than the table.',
    'Rows that are wrong are refused and named. Nothing is kept when no row can be used.',
  ].join('\n'),
  options: {
    'dry-run': { type: 'boolean', about: 'print the changes, write nothing' },
    json: { type: 'boolean', about: 'print the changes for a program to read' },
  },
  examples: [
    'm2m models refresh model_prices_and_context_window.json --dry-run',
    'm2m models refresh https://openrouter.ai/api/v1/models',
  ],
  async run({ values, operands: [from = ''] }) {
    const text = textOf('the table', isUrl(from) ? await fetchTable(from) : await readInput(from, MAX_TABLE_BYTES))
    const { shape, rows, prices, refused, left } = readPriceTable(text)
    const [source, read] = [sourceOf(from), new Date().toISOString().slice(0, 10)]
    const overlay: PriceOverlay = { shape, source, read, prices }
    const changes = priceChanges(readUserTable(), overlay)
    const file = values['dry-run'] ? null : userTableFile()
    if (file !== null) replaceFile(file, writeOverlay(overlay))
    const counts = { rows, models: prices.size, left: Object.fromEntries(left) }
    const report = { shape, source, read, ...counts, ...changes, refused, file }
    if (values.json) printJson(report)
    else print(refreshText(report))
    return 0
  },
})

async function fetchTable(url: string): Promise<Buffer> {
  const progress = createProgress()
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1)
  const onProgress = (bytes: number, total: number | undefined): void =>
    progress.show(`downloading: ${mb(bytes)}${total === undefined ? '' : ` of ${mb(total)}`} MB`)
  try {
    const options = { maxBytes: MAX_TABLE_BYTES, idleMs: IDLE_MS, totalMs: TOTAL_MS, onProgress }
    return await withProxies(() => download(url, options))
  } finally {
    progress.clear()
  }
}

/** A query may hold a key, so it is not kept. */
function sourceOf(from: string): string {
  if (from === '-') return 'standard input'
  if (!isUrl(from)) return resolve(from)
  const { origin, pathname } = new URL(from)
  return `${origin}${pathname}`
}
