/** A mock model that reads: it answers right about original texts, and as told about forms. */

import { questionsOf } from '../../src/eval/questions/questions-of.ts'
import type { MockRequest, Step } from '../../src/mock/index.ts'

/**
 * @param texts the originals that it is asked about
 * @param aboutForm its answer about anything else
 */
export function reader(
  texts: readonly string[],
  { seed = 1, questions = 8, aboutForm = (right: string): string => right } = {},
): (request: MockRequest) => Step {
  const known = texts.flatMap((text) =>
    questionsOf(text, questions, seed).map((question) => ({ text, question, right: question.answer.join(', ') })),
  )
  return ({ json }) => {
    const { messages } = json as { messages: { content: string }[] }
    const prompt = messages[0]?.content ?? ''
    const asked = known.filter(({ question }) => prompt.endsWith(question.text))
    const original = asked.find(({ text }) => prompt.includes(text))
    return { answer: { text: original?.right ?? aboutForm(asked[0]?.right ?? 'I was asked something else') } }
  }
}
