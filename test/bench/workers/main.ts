/**
 * Do worker threads pay? One request after the other, in this thread and through a worker, the body handed over without
 * a copy both ways. `held` is how long this thread can serve nobody else: inline all of it, else the two hand-overs.
 * Run by hand: `node test/bench/workers/main.ts`.
 */

import { Worker } from 'node:worker_threads'
import { median } from '../statistics.ts'
import { table } from '../table.ts'
import { createWork } from './work.ts'

const ROUNDS = 40

interface Times {
  readonly answerMs: number
  readonly heldMs: number
}

const worker = new Worker(new URL('./thread.ts', import.meta.url))
const inline = createWork()
const before = process.memoryUsage.rss()
await throughWorker(session(1, 0, 0))
const workerMb = (process.memoryUsage.rss() - before) / 1e6
const rows: string[][] = []
for (const [name, results] of [
  ['2 results', 2],
  ['20 results', 20],
  ['200 results', 200],
  ['1,000 results', 1_000],
] as const) {
  rows.push(await compare(`${name}, never seen`, (round) => session(results, round, round)))
  rows.push(await compare(`${name}, one of them new`, (round) => session(results, 0, round)))
}
console.log(table(['', 'KB', 'inline ms', 'worker ms', 'x', 'held inline ms', 'held with worker ms'], rows))
console.log(`\n  resident memory of one worker: ${workerMb.toFixed(0)} MB`)
await worker.terminate()

async function compare(name: string, bodyOf: (round: number) => Uint8Array<ArrayBuffer>): Promise<string[]> {
  const inThread: Times[] = []
  const inWorker: Times[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const body = bodyOf(round)
    const began = performance.now()
    inline(body)
    const ms = performance.now() - began
    inThread.push({ answerMs: ms, heldMs: ms })
    inWorker.push(await throughWorker(bodyOf(round)))
  }
  const here = medians(inThread)
  const there = medians(inWorker)
  return [
    name,
    (bodyOf(1).length / 1e3).toFixed(0),
    here.answerMs.toFixed(2),
    there.answerMs.toFixed(2),
    (there.answerMs / here.answerMs).toFixed(2),
    here.heldMs.toFixed(2),
    there.heldMs.toFixed(2),
  ]
}

function medians(times: readonly Times[]): Times {
  return {
    answerMs: median(times.map(({ answerMs }) => answerMs)),
    heldMs: median(times.map(({ heldMs }) => heldMs)),
  }
}

async function throughWorker(body: Uint8Array<ArrayBuffer>): Promise<Times> {
  const began = performance.now()
  worker.postMessage(body, [body.buffer])
  const sentMs = performance.now() - began
  const taken = await new Promise<number>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', () => {
      worker.off('error', reject)
      resolve(performance.now())
    })
  })
  return { answerMs: taken - began, heldMs: sentMs }
}

/** An agent session whose tools answered so often; `seed` makes all results differ, `last` the newest. */
function session(results: number, seed: number, last: number): Uint8Array<ArrayBuffer> {
  const messages = Array.from({ length: results }, (_, i) => {
    const tag = `${seed}-${i}-${i === results - 1 ? last : 0}`
    return [
      { role: 'assistant', content: `Let me look at ${tag}.` },
      { role: 'tool', tool_call_id: `call_${i}`, content: i % 2 === 0 ? logOf(tag) : recordsOf(tag) },
    ]
  })
  const body = { model: 'gpt-4o', messages: [{ role: 'user', content: 'What is wrong?' }, ...messages.flat()] }
  return Uint8Array.from(Buffer.from(JSON.stringify(body)))
}

function logOf(tag: string): string {
  return Array.from(
    { length: 25 },
    (_, n) =>
      `2026-03-01T04:${n}:58.${(n * 37) % 1000}Z INFO orders request ${tag}-${n} handled in ${(n * 71) % 311} ms`,
  ).join('\n')
}

function recordsOf(tag: string): string {
  return JSON.stringify(
    Array.from({ length: 15 }, (_, n) => ({
      id: `${tag}-${n}`,
      cabin: 'economy',
      age: (n * 31) % 90,
      isPaid: n % 2 === 0,
    })),
    undefined,
    2,
  )
}
