/** Reads bodies of requests, each up to a bound, and all that are read or answered at one time up to another. */

import type { IncomingMessage } from 'node:http'

export interface Bodies {
  /** @returns what `work` makes of the text, or why there is none @throws when the request is cut, or what `work` throws */
  use<T>(request: IncomingMessage, work: (text: string) => Promise<T>): Promise<T | BodyFault>
}

export interface BodyFault {
  readonly cause: 'too-large' | 'too-many'
  readonly message: string
}

/** An object has at most 1.5 MB in etcd, and a request to the API server 3 MB. */
const MAX_BYTES = 8 * 1024 * 1024

const MAX_HELD_BYTES = 64 * 1024 * 1024

export function createBodies(maxBytes: number = MAX_BYTES, maxHeldBytes: number = MAX_HELD_BYTES): Bodies {
  let held = 0
  return {
    async use(request, work) {
      const bytes = Number(request.headers['content-length'] ?? maxBytes)
      if (bytes > maxBytes) return tooLarge(maxBytes)
      if (held + bytes > maxHeldBytes) return { cause: 'too-many', message: 'too many reviews at once: try again' }
      held += bytes
      try {
        const text = await read(request, maxBytes)
        return text === undefined ? tooLarge(maxBytes) : await work(text)
      } finally {
        held -= bytes
      }
    },
  }
}

/** @returns undefined when it is larger */
async function read(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const pieces: Buffer[] = []
  let bytes = 0
  // A stream that is destroyed takes its socket with it, and the answer.
  for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > maxBytes) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function tooLarge(maxBytes: number): BodyFault {
  return { cause: 'too-large', message: `the body is larger than ${maxBytes / 1024 / 1024} MiB` }
}
