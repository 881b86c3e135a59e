/**
 * Spreads the reading of large bodies over turns of the event loop. Whatever has arrived on a socket is read in one go, up
 * to 2 MB of it, and one turn serves all sockets: 100 bodies of 1 MB that wait in their sockets held up a stream beside
 * them for 150 ms.
 */

import type { Readable } from 'node:stream'

/** A millisecond. What a body that pauses has brought already comes on top: 128 KB each. */
const TURN_BYTES = 2 * 1024 * 1024
/** Smaller pieces are of small bodies, or of clients that are slower than we are. */
const LARGE_PIECE_BYTES = 32 * 1024
/** Bodies that go on in one turn. */
const AT_ONCE = 16

let left = TURN_BYTES
let isTurnEnding = false
/** The one that waits the longest first. */
let waiting: Body[] = []

/** A request, as its body is read. */
type Body = Pick<Readable, 'pause' | 'resume' | 'isPaused'>

/** Counts a piece of a body. When much was read in this turn, the body goes on in a later one. */
export function countPiece(req: Body, bytes: number): void {
  if (bytes < LARGE_PIECE_BYTES) return
  left -= bytes
  if (left < 0 && !req.isPaused()) {
    req.pause()
    waiting.push(req)
  }
  if (isTurnEnding) return
  isTurnEnding = true
  setImmediate(endTurn)
}

function endTurn(): void {
  left = TURN_BYTES
  const next = waiting.slice(0, AT_ONCE)
  waiting = waiting.slice(AT_ONCE)
  for (const req of next) req.resume()
  isTurnEnding = waiting.length > 0
  if (isTurnEnding) setImmediate(endTurn)
}
