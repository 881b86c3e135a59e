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

/** A body that is being read. What counts is what has come: who says eight mebibytes and sends one byte holds one. */
interface Reading {
  bytes: number
  readonly request: IncomingMessage
}

export function createBodies(maxBytes: number = MAX_BYTES, maxHeldBytes: number = MAX_HELD_BYTES): Bodies {
  let held = 0
  /** Oldest first. */
  const unfinished = new Set<Reading>()

  /** An API server sends a body at once: where room is short, who has taken longest over it is cut. */
  const hasRoom = (own: Reading, bytes: number): boolean => {
    for (const other of unfinished) {
      if (held + bytes <= maxHeldBytes) break
      if (other === own) continue
      unfinished.delete(other)
      held -= other.bytes
      other.bytes = 0
      other.request.destroy()
    }
    return held + bytes <= maxHeldBytes
  }
  const read = async (own: Reading): Promise<string | BodyFault> => {
    const pieces: Buffer[] = []
    // A stream that is destroyed takes its socket with it, and the answer.
    for await (const piece of own.request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (own.bytes + piece.length > maxBytes) return tooLarge(maxBytes)
      if (!hasRoom(own, piece.length)) return { cause: 'too-many', message: 'too many reviews at once: try again' }
      own.bytes += piece.length
      held += piece.length
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString('utf8')
  }
  return {
    async use(request, work) {
      if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes)
      const own: Reading = { bytes: 0, request }
      unfinished.add(own)
      try {
        const text = await read(own)
        unfinished.delete(own)
        return typeof text === 'string' ? await work(text) : text
      } finally {
        unfinished.delete(own)
        held -= own.bytes
      }
    },
  }
}

function tooLarge(maxBytes: number): BodyFault {
  return { cause: 'too-large', message: `the body is larger than ${maxBytes / 1024 / 1024} MiB` }
}
