/** The prompts: the tool results first, the question last. */

import { createHash } from 'node:crypto'
import type { Prompt } from './endpoint/index.ts'
import type { Question } from './questions/question.ts'
import type { Reading } from './samples/sample.ts'

/** @returns the part that all questions about a reading share */
export function blockOf({ text, earlier }: Reading): string {
  const before = earlier.map((result) => `Tool result ${result.name}:\n\n${result.text}\n\n`)
  return `${before.join('')}${before.length === 0 ? 'Tool result' : 'Last tool result'}:\n\n${text}`
}

export function promptOf(reading: Reading, question: Question): Prompt {
  const which = reading.earlier.length === 0 ? 'the tool result' : 'the last tool result'
  return { block: blockOf(reading), question: `Question about ${which}: ${question.text}` }
}

/** Twice as long as the right answer needs, so that one in another notation is not cut. */
export function maxTokensOf({ answer }: Question): number {
  const units = answer.reduce((sum, part) => sum + part.length, 0)
  return 48 + Math.ceil(units / 2) + 12 * (answer.length - 1)
}

/** What answers are kept under: who was asked, and every letter of what. */
export function keyOf(prompt: Prompt, asked: { readonly url: string; readonly model: string }): string {
  const parts = [asked.url, asked.model, prompt.block, prompt.question]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
