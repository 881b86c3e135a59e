/** `@llmtrim/js`: takes a whole request and answers another, without a way back. */

import { type Dialect, readBody } from '../../core/dialect/index.ts'
import type { Contender, Sent } from '../contender.ts'
import type { Peer } from './peer.ts'

/** Its `compress`. */
export type Compress = (request: string, provider: string, preset: string) => { readonly request_json: string }

interface LlmtrimSent extends Sent {
  readonly hasFailed: boolean
}

export function llmtrimPeer(compress: Compress, preset: string): Peer {
  return { name: `@llmtrim/js ${preset}`, create: () => createContender(compress, preset) }
}

function createContender(compress: Compress, preset: string): Contender<LlmtrimSent> {
  return {
    send(body, dialect) {
      const sent = compressed(compress, preset, { body, dialect })
      // Reading is ours and not its work, so it happens once; a body of another dialect is known by then as well.
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

interface Turn {
  readonly tools?: unknown
  readonly messages?: readonly unknown[]
}

/** It writes the body anew, so what counts is the value: the same tools, and the earlier messages before the new ones. */
function isExtendedTurn(earlier: Uint8Array, later: Uint8Array): boolean {
  const [before, after] = [parse(earlier), parse(later)]
  const length = before.messages?.length ?? 0
  return (
    JSON.stringify(before.tools) === JSON.stringify(after.tools) &&
    JSON.stringify(before.messages) === JSON.stringify(after.messages?.slice(0, length))
  )
}

function parse(body: Uint8Array): Turn {
  return JSON.parse(Buffer.from(body).toString()) as Turn
}
