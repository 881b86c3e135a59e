/** The usage of a reply in the form of each API that tells what its cache wrote (PC section 4). */

import type { Bill } from '../../../src/replay/cost/bill.ts'
import type { Fields } from './server.ts'

/** The usage of a reply to a prompt of so many tokens, with so many of output. */
type UsageForm = (tokens: number, output: number, bill: Bill) => Fields

/** What is read and written is a part of the input at OpenAI, and stands beside it at Anthropic. */
export const USAGE = {
  messages: (tokens, output, { read, written, writtenLong }) => ({
    input_tokens: tokens - read - written,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    cache_creation: { ephemeral_5m_input_tokens: written - writtenLong, ephemeral_1h_input_tokens: writtenLong },
    output_tokens: output,
    service_tier: 'standard',
    speed: 'standard',
    inference_geo: 'global',
  }),
  responses: (tokens, output, { read, written, writtenLong }) => ({
    input_tokens: tokens,
    input_tokens_details: {
      cached_tokens: read,
      cache_write_tokens: written,
      cache_write_tokens_details: { ttl_30m_tokens: written - writtenLong, ttl_12h_tokens: writtenLong },
    },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 10 },
    total_tokens: tokens + output,
  }),
} satisfies Readonly<Record<string, UsageForm>>
