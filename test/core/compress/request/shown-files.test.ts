/** A file that a tool shows keeps its layout, whatever the cache holds. */

import { expect, test } from 'vitest'
import { BlockCache, compressRequest } from '../../../../src/core/compress/index.ts'
import { exactCounter } from '../../../support/counters.ts'
import { enforce, readChat, toolResultsOf } from '../requests.ts'

const JSON_FILE = JSON.stringify(
  { name: 'till', scripts: { build: 'make', test: 'make test' }, files: ['a', 'b'] },
  null,
  2,
)

/** A request with the same result of several shell commands. */
function requestOf(commands: readonly string[]): string {
  const turns = commands.flatMap((command, at) => [
    {
      role: 'assistant',
      tool_calls: [
        { id: `${at}`, type: 'function', function: { name: 'bash', arguments: JSON.stringify({ command }) } },
      ],
    },
    { role: 'tool', tool_call_id: `${at}`, content: JSON_FILE },
  ])
  return JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: '?' }, ...turns] })
}

const sent = (commands: readonly string[], cache?: BlockCache): string[] =>
  toolResultsOf(
    compressRequest(readChat(requestOf(commands)), { ...enforce, minTokens: 0 }, exactCounter, { cache }).body,
  )

test.each(['Safe', 'Balanced', 'Aggressive'] as const)('%s leaves the JSON of a file as it is', (profile) => {
  const settings = { ...enforce, profile, minTokens: 0 }
  const { body, report } = compressRequest(readChat(requestOf(['cat till.json'])), settings, exactCounter)
  expect(toolResultsOf(body)).toEqual([JSON_FILE])
  expect(report.blocks.changed).toBe(0)
})

test('the answer of an API is minified', () => {
  expect(sent(['kubectl get till -o json'])).toEqual([JSON.stringify(JSON.parse(JSON_FILE))])
})

test('the cache keeps the two apart', () => {
  const cache = new BlockCache(1e6)
  const commands = ['kubectl get till -o json', 'cat till.json']
  for (const list of [commands, commands.toReversed()]) {
    for (const command of list) expect(sent([command], cache)).toEqual(sent([command]))
  }
})

test('text of no kind that a command shows keeps every letter', () => {
  const steps = Array.from(
    { length: 40 },
    (_, at) => `mov r${at % 9}, ${at}\nadd r${at % 9}, r2\nstr r1, buffer_of_output\n`,
  )
  const script = steps.join('\n')
  const sentAs = (command: string): string | undefined => {
    const body = requestOf([command]).replaceAll(JSON.stringify(JSON_FILE), JSON.stringify(script))
    return toolResultsOf(compressRequest(readChat(body), { ...enforce, profile: 'Balanced' }, exactCounter).body)[0]
  }
  expect(sentAs('cat move.s')).toBe(script)
  expect(sentAs('./list-moves')).not.toBe(script)
})
