import { describe, expect, test } from 'vitest'
import type { Block } from '../../../src/core/dialect/index.ts'
import { refusedBlocks } from '../../../src/core/pins/refused.ts'

/** Results at 10, 20, ... 50; reasoning at 15, 35 and 55; the model's last answer at 55; a new result at 60. */
const facts = {
  blocks: [10, 20, 30, 40, 50, 60].map((node): Block => ({ node, start: 0, end: 0, path: '', kind: 'tool-result' })),
  reasoning: [15, 35, 55].map((node, nth) => ({ node, path: `messages[${2 * nth + 1}].content[0]` })),
  lastAssistant: 55,
}

function doubted(path: string | undefined, known: readonly number[] = []): number[] {
  return refusedBlocks(facts, path, ({ node }) => known.includes(node)).map(({ node }) => node)
}

describe('PC-3: the results that a refusal points at', () => {
  test('stand between the refused reasoning and the good one before it, or after it where nobody knows them', () => {
    expect(doubted('messages[1].content[0]')).toEqual([10, 20, 30, 40, 50])
    expect(doubted('messages[3].content[0]')).toEqual([20, 30, 40, 50])
    expect(doubted('messages[5].content[0]')).toEqual([40, 50])
  })

  test('are all before the last reasoning where the provider names none, or one that is not there', () => {
    expect(doubted(undefined)).toEqual([10, 20, 30, 40, 50])
    expect(doubted('messages[9].content[0]')).toEqual([10, 20, 30, 40, 50])
  })

  test('are not those whose form is known, while there is one that is not', () => {
    expect(doubted('messages[3].content[0]', [30, 50])).toEqual([20, 40])
    expect(doubted(undefined, [10, 20, 30, 40])).toEqual([50])
  })

  test('are those before the refused reasoning alone, where every form there is known', () => {
    expect(doubted('messages[3].content[0]', [20, 30])).toEqual([20, 30])
    expect(doubted(undefined, [10, 20, 30, 40, 50])).toEqual([10, 20, 30, 40, 50])
  })

  test('are never new ones', () => {
    for (const path of [undefined, 'messages[5].content[0]']) expect(doubted(path)).not.toContain(60)
  })

  test('are none without reasoning, or without results', () => {
    const none = { blocks: [], reasoning: [], lastAssistant: -1 }
    expect(refusedBlocks({ ...facts, reasoning: [] }, undefined, () => false)).toEqual([])
    expect(refusedBlocks({ ...none, reasoning: facts.reasoning }, undefined, () => false)).toEqual([])
  })
})
