/** From exec to `/readyz`, and to the first reply: each contender several times, in turn. */

import { request } from 'node:http'
import { chat } from '../requests/chat.ts'
import { cpuMicros, type Launch, launch, stop } from '../servers/contender.ts'
import { reduceToMedians } from './medians.ts'

export interface Starter {
  readonly name: string
  /** `readyPath` answers 200 at `readyPort` once it is ready. */
  launch(): Promise<Launch & { readonly readyPort: number; readonly readyPath: string }>
}

const STARTS = 5
const POLL_MS = 2
const GIVE_UP_MS = 20_000

export interface Start {
  readonly readyMs: number
  /** User and system time of the process until then: what else runs on the machine changes it little. */
  readonly readyCpuMs: number
  readonly firstReplyMs: number
}

/** @returns medians by contender */
export async function measureStarts(starters: readonly Starter[]): Promise<ReadonlyMap<string, Start>> {
  const starts = new Map<string, Start[]>(starters.map(({ name }) => [name, []]))
  for (let round = 0; round <= STARTS; round++) {
    for (const starter of starters) {
      const start = await measureStart(starter)
      // The first one brings the files into the page cache.
      if (round > 0) starts.get(starter.name)?.push(start)
    }
  }
  return new Map([...starts].map(([name, list]) => [name, reduceToMedians(list)]))
}

async function measureStart({ name, launch: plan }: Starter): Promise<Start> {
  const { readyPort, readyPath, ...how } = await plan()
  const begun = performance.now()
  const child = launch(how)
  try {
    while ((await statusOf({ port: readyPort, path: readyPath })) !== 200) {
      if (child.exitCode !== null || performance.now() - begun > GIVE_UP_MS) throw new Error(`${name} did not start`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    const readyMs = performance.now() - begun
    const readyCpuMs = cpuMicros(child.pid) / 1000
    const status = await statusOf({ port: how.port, path: '/v1/chat/completions', body: chat(false) })
    if (status !== 200) throw new Error(`${name} answered its first call with ${status}`)
    return { readyMs, readyCpuMs, firstReplyMs: performance.now() - begun }
  } finally {
    await stop(child)
  }
}

interface Ask {
  readonly port: number
  readonly path: string
  /** Present: it is posted. */
  readonly body?: string
}

/** @returns undefined while nothing listens */
function statusOf({ port, path, body }: Ask): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', ...(body && { 'content-length': Buffer.byteLength(body) }) }
    const method = body === undefined ? 'GET' : 'POST'
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode))
    })
    asked.once('error', () => resolve(undefined))
    asked.end(body)
  })
}
