/**
 * What a new result costs by its kind: milliseconds of processor time for each 1,000 UTF-16 units, beside those of a
 * plain log in the same run. `node test/bench/kinds/main.ts [PART OF A NAME]`
 */

import { type CompressionSettings, compressRequest } from '../../../src/core/compress/index.ts'
import { dialectByName, type ReadBody, readBody } from '../../../src/core/dialect/index.ts'
import { exactCounter } from '../../support/counters.ts'
import { textsOfKinds } from './texts.ts'

/** The size of usual results, and one that is rare. */
const SIZES = [12_000, 120_000]

const PLAIN = 'log'

/** The clock of processor time is coarse: a figure is taken over so much of it. */
const LEAST_MS = 150

const SETTINGS: CompressionSettings = {
  mode: 'Enforce',
  isHeldOut: false,
  profile: 'Balanced',
  minTokens: 0,
  userText: 'Never',
  isExcludedTool: () => false,
}

const [part = ''] = process.argv.slice(2)
for (const units of SIZES) {
  const all = textsOfKinds(units)
  const plain = costOf(all.find(([kind]) => kind === PLAIN)?.[1] ?? '')
  console.log(`\n${units} units, Balanced; x: beside a plain log`)
  for (const [kind, text] of all.filter(([name]) => name.includes(part))) {
    const cost = kind === PLAIN ? plain : costOf(text)
    console.log(`${kind.padEnd(34)}${cost.toFixed(3)} ms/1,000   ${(cost / plain).toFixed(2)} x`)
  }
}

/** Without a cache, in a warm process. */
function costOf(text: string): number {
  const read = requestWith(text)
  const run = (): unknown => compressRequest(read, SETTINGS, exactCounter)
  for (const end = processorMs() + LEAST_MS; processorMs() < end; ) run()
  const from = processorMs()
  let runs = 0
  while (processorMs() < from + LEAST_MS) {
    run()
    runs++
  }
  return ((processorMs() - from) / runs / text.length) * 1000
}

function requestWith(content: string): ReadBody {
  const body = { model: 'gpt-4o', messages: [{ role: 'tool', tool_call_id: 'call_1', content }] }
  const read = readBody(Buffer.from(JSON.stringify(body)), dialectByName('openai-chat'))
  if (read === undefined) throw new Error('not a chat body')
  return read
}

/** Of this thread: compilers and the collector of others are not counted. */
function processorMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
