import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compressRequest } from '../../../src/core/compress/index.ts'
import {
  type BatchedBody,
  dialectByName,
  joinBatch,
  readBody,
  splittingBatch,
} from '../../../src/core/dialect/index.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { exactCounter } from '../../support/counters.ts'
import { spacedOrders } from '../../support/tool-results.ts'
import { enforce } from '../compress/requests.ts'

const anthropic = dialectByName('anthropic-messages')

function batchOf(batch: Uint8Array): readonly BatchedBody[] | undefined {
  return atOnce(splittingBatch(batch))
}

function split(text: string): string[] | undefined {
  return batchOf(Buffer.from(text))?.map(({ body }) => Buffer.from(body).toString())
}

const params = (seed: number): object => ({
  model: 'claude-opus-5-5',
  max_tokens: 9,
  messages: [
    { role: 'user', content: 'look' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'list', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: spacedOrders(seed) }] },
  ],
})

/** The bytes that a call of its own would send. */
function compressed(body: Uint8Array): Uint8Array {
  const read = readBody(body, anthropic)
  return read === undefined ? body : compressRequest(read, enforce, exactCounter).body
}

describe('PC-20: a batch', () => {
  test('sends each request in the form that it has as a call of its own', () => {
    const requests = [1, 2, 1].map((seed, index) => ({ custom_id: `é-${index}`, params: params(seed) }))
    const batch = Buffer.from(JSON.stringify({ requests }, null, 1))
    const bodies = batchOf(batch)!
    expect(bodies).toHaveLength(3)
    const sent = joinBatch(
      batch,
      bodies,
      bodies.map(({ body }) => compressed(body)),
    )
    expect(sent.length).toBeLessThan(batch.length)
    const alone = requests.map((request) => ({
      ...request,
      params: JSON.parse(Buffer.from(compressed(Buffer.from(JSON.stringify(request.params)))).toString()),
    }))
    expect(JSON.parse(Buffer.from(sent).toString())).toEqual({ requests: alone })
  })

  test('is the same object when no request changed', () => {
    const batch = Buffer.from(JSON.stringify({ requests: [{ custom_id: 'a', params: { messages: [] } }] }))
    const bodies = batchOf(batch)!
    expect(
      joinBatch(
        batch,
        bodies,
        bodies.map(({ body }) => body),
      ),
    ).toBe(batch)
  })

  test('keeps every byte between the requests', () => {
    const any = fc.record({ custom_id: fc.string(), params: fc.dictionary(fc.string(), fc.jsonValue()) })
    assertProperty(
      fc.property(fc.array(any), fc.nat({ max: 3 }), (requests, space) => {
        const batch = Buffer.from(JSON.stringify({ requests, other: 1 }, null, space))
        const bodies = batchOf(batch)!
        expect(bodies.map(({ body }) => JSON.parse(Buffer.from(body).toString()))).toEqual(
          JSON.parse(JSON.stringify(requests.map((request) => request.params))),
        )
        const sent = joinBatch(
          batch,
          bodies,
          bodies.map(() => Buffer.from('7')),
        )
        const expected = { requests: requests.map(({ custom_id }) => ({ custom_id, params: 7 })), other: 1 }
        expect(JSON.parse(Buffer.from(sent).toString())).toEqual(expected)
      }),
    )
  })

  test.each([
    ['{"requests":[null,7,"x",[],{},{"params":7},{"params":[]},{"params":{"a":1}}]}', ['{"a":1}']],
    ['{"requests":[{"params":{"a":1},"params":{"a":2}},{"params":{}}]}', ['{}']],
    ['{"requests":[]}', []],
    ['{"requests":{}}', undefined],
    ['{"requests":[],"requests":[{"params":{}}]}', undefined],
    ['{"requests":[{"params":{}}]', undefined],
    ['[]', undefined],
    ['', undefined],
  ])('of another shape is left alone where it is: %s', (text, bodies) => {
    expect(split(text)).toEqual(bodies)
  })

  test('that is not UTF-8 is none', () => {
    expect(batchOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBeUndefined()
  })
})
