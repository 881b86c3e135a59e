/**
 * One turn of the event loop may bring 2 MB of events, and reading them take 150 ms. This counts them, so that the rest
 * comes in the next turn.
 */

/** Bytes of a stream that are read before others have their turn. */
export const TURN_BYTES = 64 * 1024

export class ReadingTurns {
  #bytes = 0

  /**
   * @param reader reads on unless its caller cannot take more
   * @returns whether reading must pause; `reader.readOn` is called in the next turn then
   */
  isOver(bytes: number, reader: { readOn(): void }): boolean {
    this.#bytes += bytes
    if (this.#bytes < TURN_BYTES) return false
    this.#bytes = 0
    setImmediate(readOn, reader)
    return true
  }
}

function readOn(reader: { readOn(): void }): void {
  reader.readOn()
}
