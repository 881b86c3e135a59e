/**
 * The pieces of a reply that one turn of the event loop brings. One read of the provider's socket holds many chunks;
 * joined they cost the caller's side, and the reading of their events, once.
 */

export class TurnPieces {
  /** Bytes that came and were not taken yet. */
  bytes = 0
  #pieces: Buffer[] = []

  add(piece: Buffer): void {
    this.#pieces.push(piece)
    this.bytes += piece.length
  }

  /** @returns what came since the last time, a copy unless it is one piece; undefined when nothing came */
  take(): Buffer | undefined {
    const pieces = this.#pieces
    if (pieces.length === 0) return undefined
    const taken = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, this.bytes)
    this.#pieces = []
    this.bytes = 0
    return taken
  }
}
