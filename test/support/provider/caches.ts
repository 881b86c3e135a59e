/**
 * The bill of a provider with a prompt cache: it reads the requests that reach it, independently of the engine, and
 * writes usage into its replies as the provider's API does (PC section 4).
 */

import type { Tokenizer } from '../../../src/core/tokenizer/index.ts'
import type { Bill } from '../../../src/replay/cost/bill.ts'
import type { ProviderCache } from '../../../src/replay/cost/provider-cache.ts'
import { SimReader } from '../../../src/replay/cost/sim-request.ts'
import { type Fields, fieldsOf, listOf } from './server.ts'
import { USAGE } from './usage.ts'

/** USD for a million tokens. */
export interface Prices {
  readonly input: number
  readonly output: number
}

export interface Till {
  /** Bills a request. @returns the usage of its reply */
  usage(request: Fields): Fields
  /** The sum of all bills, in USD. */
  readonly usd: number
  /** Tokens that were read from the cache, in all. */
  readonly read: number
}

export interface TillOptions {
  readonly cache: ProviderCache
  readonly prices: Prices
  readonly tokenizer: Tokenizer
  readonly api: keyof typeof USAGE
}

const OUTPUT = 20
/** Between two requests. */
const STEP_MS = 1_000

export function createTill({ cache, prices, tokenizer, api }: TillOptions): Till {
  const reader = new SimReader(tokenizer)
  const sums = { usd: 0, read: 0, requests: 0 }
  return {
    usage(request) {
      const body = Buffer.from(JSON.stringify(api === 'responses' ? asChat(request) : request))
      const read = reader.read(body, STEP_MS * sums.requests++)
      const bill = cache.take(read)
      sums.usd += (bill.cost * prices.input + OUTPUT * prices.output) / 1e6
      sums.read += bill.read
      return USAGE[api](Math.round(read.tokens), OUTPUT, rounded(bill))
    },
    get usd() {
      return sums.usd
    },
    get read() {
      return sums.read
    },
  }
}

/** A Responses request in the form of a chat, as far as caches see it: each item is a message. */
function asChat(request: Fields): Fields {
  const { input, instructions, ...rest } = request
  const messages = listOf(input).map((item) => ({ role: item['role'] ?? item['type'], content: partsOf(item) }))
  const system = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : []
  return { ...rest, messages: [...messages, ...system] }
}

function partsOf(item: Fields): unknown {
  const { content, output, type } = item
  if (content !== undefined) return content
  if (output !== undefined) return output
  const { name, arguments: input, encrypted_content } = item
  return type === 'reasoning' ? [{ type, text: encrypted_content }] : [fieldsOf({ type, name, input })]
}

function rounded({ read, written, writtenLong, cost }: Bill): Bill {
  return { read: Math.round(read), written: Math.round(written), writtenLong: Math.round(writtenLong), cost }
}
