/** The savings page's script, in a stub of a page with only the parts that the script needs. */

import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { PAGE } from '../../../sidecar/admin/page.ts'
import { SCRIPT } from '../../../sidecar/admin/page-script.ts'
import { createStatistics } from '../../../sidecar/telemetry/index.ts'
import { callSummary, prefixBreak, report, request } from '../telemetry/calls.ts'

class Fake {
  textContent = ''
  className = ''
  hidden = true
  readonly cells: Fake[] = []
  readonly rows: Fake[] = []
  readonly classList = { add: () => {} }
  readonly tBodies: Fake[] = []
  tHead: { rows: { cells: Fake[] }[] } | undefined
  append(...children: Fake[]): void {
    this.cells.push(...children)
  }
  replaceChildren(...rows: Fake[]): void {
    this.rows.splice(0, this.rows.length, ...rows)
  }
  insertRow(): Fake {
    const row = new Fake()
    this.rows.push(row)
    return row
  }
  addEventListener(): void {}
}

/** Every element with an id, and the headings of every table. */
function elements(): Map<string, Fake> {
  const found = new Map([...PAGE.matchAll(/id="([\w-]+)"/g)].map(([, id]) => [id as string, new Fake()]))
  for (const [, id, heads] of PAGE.matchAll(/<table id="([\w-]+)">\s*<thead><tr>(.*?)<\/tr>/g)) {
    const table = found.get(id as string) as Fake
    table.tBodies.push(new Fake())
    table.tHead = { rows: [{ cells: [...(heads ?? '').matchAll(/<th/g)].map(() => new Fake()) }] }
  }
  return found
}

/** The page once it has shown the figures. */
async function shown(statistics = createStatistics()): Promise<Map<string, Fake>> {
  const page = elements()
  const document = {
    hidden: false,
    getElementById: (id: string) => page.get(id),
    createElement: () => new Fake(),
    addEventListener: () => {},
  }
  const figures: unknown = JSON.parse(JSON.stringify(statistics.snapshot()))
  const fetch = async () => ({ ok: true, json: async () => figures })
  runInNewContext(SCRIPT, { document, fetch, Node: Fake, Intl, setTimeout: () => {} })
  await new Promise((resolve) => setImmediate(resolve))
  expect(page.get('state')?.textContent).toBe('')
  return page
}

function rows(page: Map<string, Fake>, table: string): string[][] {
  return page.get(table)?.tBodies[0]?.rows.map(({ cells }) => cells.map(({ textContent }) => textContent)) ?? []
}

function busy() {
  const statistics = createStatistics()
  const reply = { finishReasons: ['stop'], usage: { input: 1000, output: 10 } }
  statistics.record(callSummary({ reply }))
  statistics.record(callSummary({ reply, request: { ...request, session: 'b', failedResults: [1] } }))
  const held = { ...request, session: 'c', group: 'holdout' } as const
  statistics.record(callSummary({ request: held, report: { ...report, outcome: 'holdout' } }))
  const cacheMiss = { reason: 'tools_changed', tokens: 1200 }
  const broken = prefixBreak('tools[3]', 1200, 0.003, 'tools_changed')
  statistics.record(callSummary({ prefix: broken, reply: { cacheMiss } }))
  return statistics
}

test('shows that nothing is known before the first call', async () => {
  const page = await shown()
  expect(rows(page, 'groups')).toEqual([['No session yet.']])
  expect(rows(page, 'breaks')).toEqual([['No broken prefix.']])
  expect(page.get('groups-note')?.textContent).toBe('No session yet.')
})

test('puts as many cells in a row as its table has headings', async () => {
  const page = await shown(busy())
  for (const [id, { tHead }] of page) {
    for (const row of tHead === undefined ? [] : rows(page, id)) {
      expect([id, row.length]).toEqual([id, tHead?.rows[0]?.cells.length])
    }
  }
})

test('shows the groups side by side, with their note', async () => {
  const page = await shown(busy())
  const [treated, held] = rows(page, 'groups')
  expect(treated).toEqual(expect.arrayContaining(['treated', '2', '3', '1.50', '0.50', 'stop 2']))
  expect(held).toEqual(expect.arrayContaining(['held out', '1', '1,000', '–']))
  expect(page.get('groups-note')?.textContent).toMatch(/2 treated and 1 held-out sessions: too few/)
})

test('shows where prefixes were broken', async () => {
  const page = await shown(busy())
  const [[, ...row] = []] = rows(page, 'breaks')
  expect(row.slice(0, 5)).toEqual(['tools[3]', 'tools_changed', 'gpt-4o', '0123456789abcdef', '1,200'])
  expect(page.get('prefix-note')?.textContent).toMatch(/^1 request broke .*about 1,200 tokens.*By place: tools 1\./)
})

test('shows what providers say of their caches and of reasoning, by reason', async () => {
  const statistics = createStatistics()
  const removed = { kind: 'removed', reason: 'prefix_mismatch' } as const
  const cacheMiss = { reason: 'input_changed', tokens: 1500 }
  const first = await shown(statistics)
  expect(rows(first, 'diagnoses')).toEqual([['No provider said anything.']])
  statistics.record(callSummary({ reply: { cacheMiss, transformations: [removed, removed] } }))
  statistics.record(callSummary({ reply: { cacheMiss: { reason: 'unavailable' } }, mismatchPattern: 'reserialized' }))
  const page = await shown(statistics)
  expect(rows(page, 'diagnoses')).toEqual([
    ['reasoning removed', 'prefix_mismatch', '2', '–'],
    ['thinking mismatch', 'reserialized', '1', '–'],
    ['cache not read', 'input_changed', '1', '1,500'],
    ['cache not read', 'unavailable', '1', '–'],
  ])
  expect(first.get('diagnoses-note')?.textContent).not.toMatch(/M2M changed it/)
  expect(page.get('diagnoses-note')?.textContent).toMatch(/M2M changed it/)
})
