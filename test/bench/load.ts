/**
 * The load, over bare sockets so that it costs little beside what it measures.
 * closed: N connections, each sends its next request when the last reply is complete.
 * open: requests leave on a schedule whether or not earlier ones are answered; latency counts from the scheduled
 * moment, so a stall is charged to every request it delayed (no coordinated omission).
 */

import { connect, type Socket } from 'node:net'

export interface Target {
  readonly port: number
  readonly path: string
  /** The same each time, or the next one. */
  readonly body: string | (() => string)
  /** Beside the usual ones, as `name: value` lines. */
  readonly headers?: readonly string[]
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly failures: number
  /** Milliseconds, ascending: to the first byte of reply body and to the last one. */
  readonly firstByteMs: readonly number[]
  readonly latencyMs: readonly number[]
}

/** One connection, with one request at a time. */
class Lane {
  readonly socket: Socket
  readonly #nextRequest: () => Buffer
  #pending = ''
  #isBodySeen = false
  #done: (isOk: boolean) => void = () => {}
  sentAt = 0
  firstByteAt = 0

  constructor(port: number, nextRequest: () => Buffer) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.#nextRequest = nextRequest
    this.socket.on('data', (data) => this.#onData(data))
    this.socket.on('error', () => this.#done(false))
    this.socket.on('close', () => this.#done(false))
  }

  send(done: (isOk: boolean) => void): void {
    const request = this.#nextRequest()
    this.#pending = ''
    this.#isBodySeen = false
    this.#done = done
    this.sentAt = performance.now()
    this.socket.write(request)
  }

  #onData(data: Buffer): void {
    this.#pending += data.toString('latin1')
    const head = this.#pending.indexOf('\r\n\r\n')
    if (head < 0) return
    if (!this.#isBodySeen && this.#pending.length > head + 4) {
      this.#isBodySeen = true
      this.firstByteAt = performance.now()
    }
    const length = /content-length: *(\d+)/i.exec(this.#pending.slice(0, head))?.[1]
    const isComplete =
      length === undefined ? this.#pending.endsWith('0\r\n\r\n') : this.#pending.length >= head + 4 + Number(length)
    if (isComplete) this.#done(this.#pending.startsWith('HTTP/1.1 200'))
  }
}

/** The bytes of the next request; made once where all are the same. */
function requestsTo({ port, path, headers = [], body }: Target): () => Buffer {
  const lines = [`POST ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, 'authorization: Bearer bench', ...headers]
  const head = `${lines.join('\r\n')}\r\ncontent-type: application/json\r\ncontent-length: `
  const request = (text: string): Buffer => Buffer.from(`${head}${Buffer.byteLength(text)}\r\n\r\n${text}`)
  if (typeof body === 'function') return () => request(body())
  const same = request(body)
  return () => same
}

export async function closedLoop(target: Target, connections: number, seconds: number): Promise<LoadResult> {
  const firstByteMs: number[] = []
  const latencyMs: number[] = []
  let failures = 0
  const start = performance.now()
  const end = start + 1000 * seconds
  const nextRequest = requestsTo(target)
  const lanes = Array.from({ length: connections }, () => new Lane(target.port, nextRequest))
  await Promise.all(
    lanes.map(
      (lane) =>
        new Promise<void>((resolve) => {
          const next = (): void => {
            if (performance.now() >= end) {
              resolve()
              return
            }
            lane.send((isOk) => {
              if (!isOk) {
                failures++
                resolve()
                return
              }
              firstByteMs.push(lane.firstByteAt - lane.sentAt)
              latencyMs.push(performance.now() - lane.sentAt)
              next()
            })
          }
          next()
        }),
    ),
  )
  const elapsed = (performance.now() - start) / 1000
  for (const lane of lanes) lane.socket.destroy()
  return {
    requests: latencyMs.length,
    seconds: elapsed,
    failures,
    firstByteMs: sorted(firstByteMs),
    latencyMs: sorted(latencyMs),
  }
}

export async function openLoop(target: Target, perSecond: number, seconds: number): Promise<LoadResult> {
  const firstByteMs: number[] = []
  const latencyMs: number[] = []
  const nextRequest = requestsTo(target)
  const idle = Array.from({ length: 8 }, () => new Lane(target.port, nextRequest))
  const all = [...idle]
  let failures = 0
  let open = 0
  const total = perSecond * seconds
  const start = performance.now() + 50
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - start) * perSecond) / 1000) + 1)
    for (; sent < due; sent++) {
      const scheduled = start + (1000 * sent) / perSecond
      let lane = idle.pop()
      if (lane === undefined) {
        lane = new Lane(target.port, nextRequest)
        all.push(lane)
      }
      const used = lane
      open++
      used.send((isOk) => {
        open--
        if (!isOk) failures++
        else {
          firstByteMs.push(used.firstByteAt - scheduled)
          latencyMs.push(performance.now() - scheduled)
          idle.push(used)
        }
      })
    }
    // Yield to the sockets without sleeping: a timer is coarser than the latencies measured.
    await new Promise(setImmediate)
  }
  for (const giveUp = performance.now() + 5000; open > 0 && performance.now() < giveUp; )
    await new Promise(setImmediate)
  for (const lane of all) lane.socket.destroy()
  return {
    requests: latencyMs.length,
    seconds: (performance.now() - start) / 1000,
    failures: failures + open,
    firstByteMs: sorted(firstByteMs),
    latencyMs: sorted(latencyMs),
  }
}

/** The value below which the share `p` (0 to 1) of an ascending list lies. */
export function quantile(ascending: readonly number[], p: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * p))] ?? Number.NaN
}

function sorted(values: number[]): number[] {
  return values.sort((a, b) => a - b)
}
