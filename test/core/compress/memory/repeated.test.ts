/** What a request repeats of the one before is taken over only where it would come out the same again. */

import { expect, test, vi } from 'vitest'
import { BlockCache, type Choice, compressing, digestsOf, recall } from '../../../../src/core/compress/index.ts'
import { dialectByName, readBody } from '../../../../src/core/dialect/index.ts'
import { compilePolicy } from '../../../../src/core/policy/index.ts'
import { atOnce } from '../../../../src/core/steps.ts'
import { createVocabularies, resolveCounter } from '../../../../src/core/tokenizer/index.ts'
import { readTokenTable } from '../../../../src/tables/index.ts'
import { spacedOrders } from '../../../support/tool-results.ts'

const vocabularies = createVocabularies(readTokenTable)
const counter = resolveCounter('claude-sonnet-4-5', 'anthropic', vocabularies)
const { compression } = compilePolicy({ compression: { profile: 'Balanced' } }, { name: 'p', engineVersion: '1' })

/** @param results each in a message of its own; the provider may drop older ones */
function bodyOf(results: readonly string[]): Buffer {
  const turns = results.flatMap((content, nth) => [
    { role: 'assistant', content: [{ type: 'tool_use', id: `toolu_${nth}`, name: 'list', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${nth}`, content }] },
  ])
  const context_management = { edits: [{ type: 'clear_tool_uses_20250919' }] }
  const messages = [{ role: 'user', content: 'go' }, ...turns]
  return Buffer.from(JSON.stringify({ model: 'claude-sonnet-4-5', messages, context_management }))
}

/** @param choices by block. @returns the results as they are sent */
function sendThrough(cache: BlockCache, body: Buffer, choices: readonly Choice[]): string[] {
  const read = readBody(body, dialectByName('anthropic-messages'))!
  const { blocks } = read.facts
  const forms = {
    of: ({ start }: { start: number }) => choices[blocks.findIndex((block) => block.start === start)] ?? 'as-came',
    keepsForms: true,
    isWriting: true,
    rewritten: () => true,
    nothingRewritten: () => undefined,
    vocabulary: vocabularies.get,
  }
  const repeated = recall(cache, read)
  const options = { cache, digests: digestsOf(body, blocks, repeated), repeated, forms }
  const settings = { ...compression, isHeldOut: false }
  const { body: sent, report } = atOnce(compressing(read, settings, counter, options))
  expect(report.outcome).toBe('compressed')
  const { messages } = JSON.parse(Buffer.from(sent).toString()) as { messages: { content: { content?: string }[] }[] }
  return messages
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .flatMap((part) => part.content ?? [])
}

test('a kept reference beyond the message names lines as this conversation was sent them', () => {
  const orders = spacedOrders(1, 45)
  const part = orders.split('\n').slice(0, 200).join('\n')
  const body = bodyOf([part, orders, orders, 'a row of its own\n'.repeat(20)])
  const beyond: Choice = [200]
  // The same history in two accounts: one was sent the second result in a form, the other one as it came.
  const [formed, came]: Choice[][] = [
    ['as-came', [7], beyond],
    ['as-came', 'as-came', beyond],
  ]
  const cache = new BlockCache(1 << 24)
  const other = sendThrough(cache, body, came!)
  expect(other[2]).toContain('403 lines as in toolu_1')
  const own = sendThrough(cache, body, formed!)
  expect(own[1]).not.toContain('"id": 10000000000000000000001')
  expect(own).toEqual(sendThrough(new BlockCache(0), body, formed!))
  expect(own[2]).toContain('196 lines as in toolu_0')
})

test('a short request is not asked for its first words, which are a hash', () => {
  const read = readBody(bodyOf(['short']), dialectByName('anthropic-messages'))!
  const asked = vi.spyOn(read, 'opening', 'get')
  expect(recall(new BlockCache(1000), read)).toBeUndefined()
  expect(asked).not.toHaveBeenCalled()
  expect(read.opening).toMatch(/^[\da-f]{64}$/)
})

test('counts what a client calls a tool, however long that is', () => {
  const name = 'a name '.repeat(5000)
  const turns = [
    { role: 'user', content: 'go' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name, input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: spacedOrders(1, 45) }] },
  ]
  const cache = new BlockCache(1 << 24)
  sendThrough(cache, Buffer.from(JSON.stringify({ model: 'claude-sonnet-4-5', messages: turns })), [[7]])
  expect(cache.bytes).toBeGreaterThan(name.length)
})
