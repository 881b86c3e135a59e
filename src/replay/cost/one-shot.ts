/**
 * Generates a load of one-shot calls: they share long instructions, each has an own document, and none is continued.
 * The words come from a seed, so that the load is the same on every machine.
 */

import type { SimReader } from './sim-request.ts'

const CALLS = 100
const INSTRUCTION_TOKENS = 4000
const DOCUMENT_TOKENS = 2000

/** @returns one session per call, in OpenAI chat form */
export function oneShotSessions(reader: SimReader): Uint8Array[][] {
  const word = createWords(1)
  const system = textOf(INSTRUCTION_TOKENS, word, reader)
  return Array.from({ length: CALLS }, () => {
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: textOf(DOCUMENT_TOKENS, word, reader) },
    ]
    return [Buffer.from(JSON.stringify({ messages }))]
  })
}

function textOf(tokens: number, word: () => string, reader: SimReader): string {
  let text = word()
  for (let count = 1; count < tokens; count += reader.count(text.slice(text.lastIndexOf(' ')))) text += ` ${word()}`
  return text
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ren', 'tu', 'sal', 'vor', 'dan', 'pel', 'gis', 'nu', 'fe']

/** Words of two or three syllables, by a linear congruential generator (constants of Numerical Recipes). */
function createWords(seed: number): () => string {
  let state = seed
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const syllable = (): string => SYLLABLES[next(SYLLABLES.length)] ?? ''
  return () => syllable() + syllable() + (next(2) === 0 ? '' : syllable())
}
