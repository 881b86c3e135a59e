/**
 * The counting engine beside js-tiktoken: load time and memory of each in a process of its own, throughput on ordinary
 * text, and what a megabyte of hostile text costs (js-tiktoken is quadratic there and sits that part out).
 */

import { execFileSync } from 'node:child_process'
import { createVocabularies, type Tokenizer, type VocabularyName } from '../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../src/tables/index.ts'
import { median } from './statistics.ts'

export interface TokenizerRow {
  /** `load o200k_base`, `ordinary text`, `1 MB of spaces`. */
  readonly what: string
  /** `ours` or `js-tiktoken`. */
  readonly engine: string
  readonly ms: number
  /** Of a load: heap and array buffers that it added. */
  readonly memoryMb: number | '-'
  /** Of a count. */
  readonly mbPerSecond: number | '-'
}

const MEGABYTE = 1_000_000
const NAMES: readonly VocabularyName[] = ['o200k_base', 'cl100k_base']

/** Log lines, JSON and prose in the proportions of agent traffic; no two lines alike. */
const ORDINARY = Array.from({ length: 6_000 }, (_, n) =>
  [
    `2025-08-12T04:${n % 60}:58.${n % 1000}Z INFO api-gateway-7d9f8b6c5-x2k${n % 97}j request handled path=/v1/orders/${n * 7919} ms=${n % 311}`,
    `{"reservation_id": "R${n * 31}Q", "cabin": "economy", "passengers": [{"first_name": "Mei", "age": ${n % 90}}], "paid": ${n}.50},`,
    `The ${n}th deployment didn't finish, so the controller rolled it back to the version it had before.`,
  ].join('\n'),
).join('\n')

const HOSTILE: Readonly<Record<string, string>> = {
  letters: 'a'.repeat(MEGABYTE),
  spaces: ' '.repeat(MEGABYTE),
  'line ends': '\n'.repeat(MEGABYTE),
  base64: Buffer.from(
    Uint8Array.from({ length: (MEGABYTE * 3) / 4 }, (_, n) => Math.imul(n, n * 31 + 7) >>> 11),
  ).toString('base64'),
  emoji: '🙂'.repeat(MEGABYTE / 4),
}

/** Loads in fresh processes, so that one load warms nothing for the next; counts in this one. */
export async function benchTokenizer(): Promise<readonly TokenizerRow[]> {
  const vocabularies = createVocabularies(readTokenTable)
  const rows: TokenizerRow[] = []
  for (const name of NAMES) {
    rows.push({ what: `load ${name}`, engine: 'ours', ...load(OURS(name)) })
    rows.push({ what: `load ${name}`, engine: 'js-tiktoken', ...load(JS_TIKTOKEN(name)) })
    rows.push(throughput(`ordinary text ${name}`, 'ours', ORDINARY, vocabularies.get(name)))
    rows.push(
      throughput(`ordinary text ${name}`, 'js-tiktoken', ORDINARY.slice(0, MEGABYTE / 4), await jsTiktoken(name)),
    )
  }
  for (const [what, text] of Object.entries(HOSTILE)) {
    rows.push(throughput(`1 MB of ${what}`, 'ours', text, vocabularies.get('o200k_base')))
  }
  return rows
}

async function jsTiktoken(name: VocabularyName): Promise<Pick<Tokenizer, 'count'>> {
  const [{ Tiktoken }, ranks] = await Promise.all([
    import('js-tiktoken/lite'),
    name === 'o200k_base' ? import('js-tiktoken/ranks/o200k_base') : import('js-tiktoken/ranks/cl100k_base'),
  ])
  const engine = new Tiktoken(ranks.default)
  return { count: (text) => engine.encode(text, [], []).length }
}

/** The median of five counts, after one to warm up. */
function throughput(what: string, engine: string, text: string, tokenizer: Pick<Tokenizer, 'count'>): TokenizerRow {
  tokenizer.count(text.slice(0, MEGABYTE / 10))
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    tokenizer.count(text)
    return performance.now() - start
  })
  const ms = median(times)
  return { what, engine, ms: rounded(ms), memoryMb: '-', mbPerSecond: rounded(Buffer.byteLength(text) / 1000 / ms) }
}

const OURS = (name: VocabularyName): string => `
  const { createVocabularies } = await import('./src/core/tokenizer/index.ts')
  const { readTokenTable } = await import('./src/tables/index.ts')
  const load = () => { const v = createVocabularies(readTokenTable); v.get('${name}').count('x'); return v }`

const JS_TIKTOKEN = (name: VocabularyName): string => `
  const { Tiktoken } = await import('js-tiktoken/lite')
  const load = async () => {
    const t = new Tiktoken((await import('js-tiktoken/ranks/${name}')).default); t.encode('x', [], []); return t
  }`

/** Runs a script that defines `load`, five times over; code is imported before the clock starts. */
function load(script: string): Pick<TokenizerRow, 'ms' | 'memoryMb' | 'mbPerSecond'> {
  const measured = `${script}
    globalThis.gc()
    const used = () => { const m = process.memoryUsage(); return m.heapUsed + m.arrayBuffers }
    const before = used(), start = performance.now()
    const kept = await load()
    const ms = performance.now() - start
    globalThis.gc()
    console.log(JSON.stringify({ ms, memoryMb: (used() - before) / 1e6, kept: typeof kept }))`
  const runs = Array.from({ length: 5 }, () => {
    const out = execFileSync(process.execPath, ['--expose-gc', '--input-type=module', '--eval', measured])
    return JSON.parse(out.toString()) as { ms: number; memoryMb: number }
  })
  return {
    ms: rounded(median(runs.map((run) => run.ms))),
    memoryMb: rounded(median(runs.map((run) => run.memoryMb))),
    mbPerSecond: '-',
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
