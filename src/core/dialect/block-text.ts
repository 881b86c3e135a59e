/** The text of a block, and the bytes that another text of it needs. */

import { type JsonTape, sourceOf, startOf, textOf } from '../json/index.ts'
import type { Block } from './dialect.ts'

export function blockText(tape: JsonTape, block: Block): string {
  if (block.isNested !== true) return textOf(tape, block.node) ?? ''
  const from = block.start - startOf(tape, block.node)
  const source = Buffer.from(sourceOf(tape, block.node)).subarray(from, from + block.end - block.start)
  return JSON.parse(JSON.parse(`"${source.toString()}"`))
}

/** @returns the bytes that belong between the block's `start` and `end` */
export function blockBytes(block: Block, text: string): Uint8Array {
  const literal = JSON.stringify(text)
  return Buffer.from(block.isNested === true ? JSON.stringify(literal).slice(1, -1) : literal)
}
