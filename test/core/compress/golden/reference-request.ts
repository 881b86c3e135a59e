/** A request whose later results repeat lines of earlier ones, in the same message and in an earlier one. */

import type { Choice } from '../../../../src/core/compress/request/request-forms.ts'
import { spacedOrders } from '../../../support/tool-results.ts'

const COLUMNAR_JSON = 7

/** Each is a token longer than the one before: in the middle a reference begins to be worth its own tokens. */
const GROWING = Array.from({ length: 8 }, (_, n) => `${n} is ${'so '.repeat(34 + n)}long`)

/** Here it depends on the vocabulary whether a reference is worth it. */
const WORDS = ['заказ', 'принят', 'склад', 'ждёт', 'курьер', 'выехал', 'платёж', 'прошёл', 'адрес', 'найден']
const RUSSIAN = Array.from({ length: 10 }, (_, n) => {
  return `${n} ${Array.from({ length: 14 + n }, (_word, at) => WORDS[(at + n) % WORDS.length]).join(' ')}`
})

const LINES = [...GROWING, ...RUSSIAN]

/** The same lines, between lines that stand nowhere else. */
function oneByOne(name: string): string {
  return LINES.flatMap((line, at) => [`${name} ${at}`, line]).join('\n')
}

/** @param number the format of the results that repeat others */
export function referenceRequest(number: number): { request: string; forms: Choice[] } {
  const turns: readonly (readonly (readonly [text: string, form: Choice])[])[] = [
    [
      [LINES.join('\n'), 'as-came'],
      [spacedOrders(1, 6), [COLUMNAR_JSON]],
      [oneByOne('first'), [number]],
    ],
    [
      [oneByOne('second'), [number]],
      [spacedOrders(1, 6), [COLUMNAR_JSON, number]],
      [spacedOrders(1, 6), [COLUMNAR_JSON, number]],
      [`${RUSSIAN.join('\r\n')}\n\n${LINES.slice(2, -2).join('\n')}\nend`, [number]],
    ],
  ]
  const messages = turns.flatMap((results, turn) => {
    const idOf = (nth: number): string => `toolu_${turn}${nth}`
    return [
      { role: 'assistant', content: results.map((_, nth) => use(idOf(nth))) },
      {
        role: 'user',
        content: results.map(([content], nth) => ({ type: 'tool_result', tool_use_id: idOf(nth), content })),
      },
    ]
  })
  const opening = { role: 'user', content: 'What happened?' }
  const request = JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 100, messages: [opening, ...messages] })
  return { request, forms: turns.flat().map(([, form]) => form) }
}

function use(id: string): object {
  return { type: 'tool_use', id, name: 'look', input: {} }
}
