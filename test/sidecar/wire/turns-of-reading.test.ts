import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { countPiece } from '../../../sidecar/wire/turns-of-reading.ts'

const MB = 1024 * 1024

/** A body that has arrived: whoever reads it gets all of it at once, unless he stops. */
function arrivedBody(bytes: number, pieceBytes: number): Readable {
  let left = bytes
  return new Readable({
    highWaterMark: pieceBytes,
    read() {
      this.push(left > 0 ? Buffer.alloc(Math.min(pieceBytes, left)) : null)
      left -= pieceBytes
    },
  })
}

/** Reads all bodies as a call does. @returns the bytes read in each turn of the event loop */
async function turnsOf(bodies: readonly Readable[]): Promise<number[]> {
  const turns = [0]
  let isOver = false
  const nextTurn = (): void => {
    turns.push(0)
    if (!isOver) setImmediate(nextTurn)
  }
  setImmediate(nextTurn)
  const ends = bodies.map((body) => new Promise((resolve) => body.once('end', resolve)))
  for (const body of bodies) {
    body.on('data', (piece: Buffer) => {
      turns[turns.length - 1] = (turns.at(-1) ?? 0) + piece.length
      countPiece(body, piece.length)
    })
  }
  await Promise.all(ends)
  isOver = true
  return turns
}

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0)

test('a hundred large bodies are read over many turns, a few MB in each, and every byte of them', async () => {
  const turns = await turnsOf(Array.from({ length: 100 }, () => arrivedBody(MB, 64 * 1024)))
  // The first turn has a piece of each, before anybody knows how many there are.
  expect(Math.max(...turns)).toBeLessThanOrEqual(10 * MB)
  expect(Math.max(...turns.slice(3))).toBeLessThanOrEqual(4 * MB)
  expect(sum(turns)).toBe(100 * MB)
})

test('bodies in small pieces never wait', async () => {
  const bodies = Array.from({ length: 100 }, () => arrivedBody(MB / 4, 16 * 1024))
  const pauses: string[] = []
  for (const body of bodies) body.once('pause', () => pauses.push('pause'))
  await turnsOf(bodies)
  expect(pauses).toEqual([])
})
