import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { settingsOf } from '../../src/cli/options/engine-settings.ts'
import { vocabularies } from '../../src/cli/vocabularies.ts'
import { listSets, loadPeers, type PeerResult, replayCorpus } from '../../src/replay/index.ts'
import { formatPeer } from '../../src/replay/peers/format-peer.ts'
import { llmtrimPeer } from '../../src/replay/peers/llmtrim-peer.ts'
import type { Peer } from '../../src/replay/peers/peer.ts'

const folder = mkdtempSync(join(tmpdir(), 'peers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const LIST = JSON.stringify(
  Array.from({ length: 20 }, (_, id) => ({ id, state: 'packed', total: 10 })),
  null,
  2,
)

function session(...results: string[]) {
  return {
    messages: [
      { role: 'user', content: 'Which orders are packed?' },
      ...results.flatMap((content, i) => [
        { role: 'assistant', content: null, tool_calls: [{ id: `c${i}`, type: 'function', function: call(i) }] },
        { role: 'tool', tool_call_id: `c${i}`, content },
      ]),
      { role: 'assistant', content: 'All.' },
    ],
  }
}

function call(i: number) {
  return { name: i === 9 ? 'read_file' : 'list_orders', arguments: '{}' }
}

function run(peer: Peer, ...rows: object[]): PeerResult {
  writeFileSync(join(folder, 'set.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))
  const { peers } = replayCorpus(listSets(folder), { settings: settingsOf({}), vocabularies, peers: [peer] })
  return peers[0]!
}

const minify = { name: 'minify', encode: (value: unknown) => JSON.stringify(value), decode: JSON.parse }

describe('a format', () => {
  test('encodes the tool results that are JSON, and is measured like M2M', () => {
    const result = run(formatPeer(minify), session(LIST, 'All is well.', LIST))
    expect(result).toMatchObject({ peer: 'minify', name: 'set', sessions: 1, requests: 4, larger: 0, failopen: 0 })
    expect(result).toMatchObject({ failed_decodes: 0, prefix_breaks: 0 })
    expect(result.saved_percent).toBeGreaterThan(10)
  })

  test('is used only where it is shorter', () => {
    const wordy = { ...minify, encode: (value: unknown) => `${JSON.stringify(value)} ${'and more '.repeat(500)}` }
    expect(run(formatPeer(wordy), session(LIST))).toMatchObject({ saved_percent: 0, larger: 0 })
  })

  test('counts a failure when a value is not restored, including the form of a number', () => {
    const forgetful = { ...minify, decode: () => [] }
    expect(run(formatPeer(forgetful), session(LIST)).failed_decodes).toBe(1)
    expect(run(formatPeer(minify), session(LIST.replaceAll('10', '10.0'))).failed_decodes).toBe(1)
    const broken = {
      ...minify,
      decode: () => {
        throw new Error('not my form')
      },
    }
    expect(run(formatPeer(broken), session(LIST)).failed_decodes).toBe(1)
  })

  test('leaves a block unchanged on an error, and counts it', () => {
    const failing = {
      ...minify,
      encode: () => {
        throw new Error('cannot')
      },
    }
    expect(run(formatPeer(failing), session(LIST))).toMatchObject({ saved_percent: 0, failopen: 1 })
  })
})

describe('a compressor of whole requests', () => {
  const as = (change: (request: { messages: { content: unknown }[] }) => unknown): Peer =>
    llmtrimPeer((text) => ({ request_json: JSON.stringify(change(JSON.parse(text))) }), 'test')

  test('has no decoder, which differs from having no failures', () => {
    const result = run(
      as((request) => request),
      session(LIST),
    )
    expect(result).toMatchObject({ peer: '@llmtrim/js test', saved_percent: 0, prefix_breaks: 0 })
    expect(result).not.toHaveProperty('failed_decodes')
  })

  test('may write members after the messages: the prefix holds', () => {
    const result = run(
      as((request) => ({ ...request, max_tokens: request.messages.length })),
      session(LIST, LIST),
    )
    expect(result.prefix_breaks).toBe(0)
  })

  test('breaks the prefix when an earlier message changes', () => {
    const onlyNewest = as(({ messages }) => ({
      messages: messages.map((each, i) => (i === messages.length - 1 ? { ...each, content: 'short' } : each)),
    }))
    expect(run(onlyNewest, session(LIST, LIST))).toMatchObject({ prefix_breaks: 2, larger: 0 })
  })

  test('makes a request larger when it adds text', () => {
    const chatty = as(({ messages }) => ({ messages: [{ role: 'system', content: 'Be brief.' }, ...messages] }))
    expect(run(chatty, session('ok')).larger).toBe(2)
  })

  test('leaves a request unchanged on an error, and counts it', () => {
    const failing = llmtrimPeer(() => {
      throw new Error('cannot')
    }, 'test')
    expect(run(failing, session(LIST))).toMatchObject({ saved_percent: 0, failopen: 2 })
  })
})

test('the real ones run', async () => {
  const peers = await loadPeers()
  const results = peers.map((peer) => run(peer, session(LIST, LIST)))
  expect(results.map(({ peer }) => peer)).toEqual([
    '@llmtrim/js safe',
    '@llmtrim/js auto',
    '@toon-format/toon',
    '@tron-format/tron',
    'JSON.stringify',
  ])
  for (const result of results) expect(result).toMatchObject({ requests: 3, failopen: 0 })
  for (const result of results.slice(2)) expect(result).toMatchObject({ failed_decodes: 0, prefix_breaks: 0 })
})
