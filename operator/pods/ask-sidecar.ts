/** Asks one sidecar which policy it runs: `m2m_policy_info` of its `/metrics`, the only answer beyond loopback. */

import { Agent, request } from 'undici'
import { addressFault } from '../../src/core/network/index.ts'
import { type RunningPolicy, runningPolicy } from '../../src/core/policy/documents.ts'

export interface SidecarAddress {
  readonly ip: string
  readonly port: number
}

export interface AskSidecar {
  /** Undefined: no answer, or one that does not say it. Never rejects. */
  ask(address: SidecarAddress): Promise<RunningPolicy | undefined>
  close(): Promise<void>
}

/** Of the whole answer. */
const MAX_MS = 2_000
/** A sidecar with very many series has a few hundred KB. Whoever answers there need not be a sidecar. */
const MAX_BYTES = 2 * 1024 * 1024

export function createAskSidecar(): AskSidecar {
  // One question a minute: no connection is worth keeping.
  const dispatcher = new Agent({ connect: { timeout: MAX_MS }, keepAliveTimeout: 1, maxHeaderSize: 16 * 1024 })
  return {
    async ask({ ip, port }) {
      // No pod has a link-local or metadata address, whatever its status says.
      if (addressFault(ip, 'Private')?.isFinal === true) return undefined
      const host = ip.includes(':') ? `[${ip}]` : ip
      try {
        const signal = AbortSignal.timeout(MAX_MS)
        const { statusCode, body } = await request(`http://${host}:${port}/metrics`, { dispatcher, signal })
        const text = await readText(body)
        return statusCode === 200 && text !== undefined ? runningPolicy(text) : undefined
      } catch {
        return undefined
      }
    },
    close: () => dispatcher.destroy(),
  }
}

/** Leaving the loop ends the connection. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > MAX_BYTES) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}
