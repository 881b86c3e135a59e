/** The requests that the mock has received, and their totals. */

import type { MockRequest } from './request.ts'

export interface Totals {
  requests: number
  /** Body bytes, content encoding kept. */
  bytes: number
  /** Tokens of model calls. */
  tokens: number
}

export class Ledger {
  requests: MockRequest[] = []
  totals: Totals = { requests: 0, bytes: 0, tokens: 0 }
  /** Requests that `next` has not returned yet, and calls of `next` that wait for one. */
  #unclaimed: MockRequest[] = []
  #waiting: ((request: MockRequest) => void)[] = []
  readonly #keep: number

  /** @param keep number of newest requests to keep */
  constructor(keep: number) {
    this.#keep = keep
  }

  add(request: MockRequest): void {
    this.totals.requests += 1
    this.totals.bytes += request.body.length
    this.totals.tokens += request.tokens
    this.requests.push(request)
    const claim = this.#waiting.shift()
    if (claim === undefined) this.#unclaimed.push(request)
    else claim(request)
    if (this.requests.length > this.#keep) this.requests.shift()
    if (this.#unclaimed.length > this.#keep) this.#unclaimed.shift()
  }

  next(): Promise<MockRequest> {
    const request = this.#unclaimed.shift()
    return request === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(request)
  }

  reset(): void {
    this.requests = []
    this.totals = { requests: 0, bytes: 0, tokens: 0 }
    this.#unclaimed = []
    this.#waiting = []
  }
}
