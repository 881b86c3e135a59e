/** The peer `@llmtrim/js`: it rewrites a whole request, and has no decoder. */

import { type Dialect, readBody } from '../../core/dialect/index.ts'
import type { Contender, Written } from '../contender.ts'
import { listOf, parseBody } from '../json.ts'
import type { Peer } from './peer.ts'

/** The type of its `compress`. */
export type Compress = (request: string, provider: string, preset: string) => { readonly request_json: string }

interface LlmtrimWritten extends Written {
  readonly hasFailed: boolean
}

export function llmtrimPeer(compress: Compress, preset: string): Peer {
  return { name: `@llmtrim/js ${preset}`, create: () => createContender(compress, preset) }
}

function createContender(compress: Compress, preset: string): Contender<LlmtrimWritten> {
  return {
    send(body, dialect) {
      const sent = compressed(compress, preset, { body, dialect })
      // Reading is not the peer's work, so it happens after it, and once. It also finds bodies of another dialect.
      const original = readBody(body, dialect)
      return original && { original, body: sent ?? body, hasFailed: sent === undefined }
    },
    isExtended: (earlier, later) => isExtendedTurn(earlier.body, later.body),
    countFailures: ({ hasFailed }) => (hasFailed ? 1 : 0),
  }
}

function compressed(
  compress: Compress,
  preset: string,
  { body, dialect }: { body: Uint8Array; dialect: Dialect },
): Uint8Array | undefined {
  try {
    return Buffer.from(compress(Buffer.from(body).toString(), dialect.provider, preset).request_json)
  } catch {
    return undefined
  }
}

/** The peer rewrites the body, so values are compared: equal tools, and the earlier messages before the new ones. */
function isExtendedTurn(earlier: Uint8Array, later: Uint8Array): boolean {
  const [before, after] = [parseBody(earlier), parseBody(later)]
  const messages = listOf(before['messages'])
  return (
    JSON.stringify(before['tools']) === JSON.stringify(after['tools']) &&
    JSON.stringify(messages) === JSON.stringify(listOf(after['messages']).slice(0, messages.length))
  )
}
