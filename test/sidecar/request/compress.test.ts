/** A failure of our own: Open sends the request unchanged, Closed refuses the call. */

import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { compress, type Outgoing } from '../../../sidecar/request/compress.ts'
import type { Target } from '../../../sidecar/request/match.ts'
import type { Seal } from '../../../sidecar/request/signed.ts'
import { dialectByName } from '../../../src/core/dialect/index.ts'
import { compilePolicy, defaultPolicy } from '../../../src/core/policy/index.ts'
import { atOnce } from '../../../src/core/steps.ts'
import { createVocabularies } from '../../../src/core/tokenizer/index.ts'
import { wordyBody } from '../../support/chat-call.ts'
import { compressDeps } from '../../support/compress-deps.ts'
import { spacedOrders } from '../../support/tool-results.ts'

const deps = {
  ...compressDeps(),
  vocabularies: createVocabularies(() => {
    throw new Error('no tables')
  }),
}

const CHAT = '/v1/chat/completions'

function chatTarget(): Target {
  const { providers } = defaultPolicy({ mode: 'Enforce', profile: 'Safe', upstreams: [], engineVersion: '1' })
  return { provider: providers[0]!, path: CHAT, written: CHAT, dialect: dialectByName('openai-chat') }
}

function outgoing(failureMode: 'Open' | 'Closed', seal?: Seal): Outgoing {
  const policy = compilePolicy({ failureMode }, { name: 'p', engineVersion: '1' })
  const body = Buffer.from(wordyBody())
  const target = chatTarget()
  const received = { kind: 'whole', body, content: body, receivedAt: 0 } as const
  return atOnce(compress(deps, { policy, headers: {}, target, seal, received, log: pino({ level: 'silent' }) }))
}

describe('a tokenizer that cannot load', () => {
  test('failureMode Open sends the same bytes and claims no saving', () => {
    const { body, report } = outgoing('Open')
    expect(body?.toString()).toBe(wordyBody())
    expect(report).toMatchObject({ outcome: 'failopen', changes: [] })
    expect(report?.tokens?.saved ?? 0).toBe(0)
  })

  test('failureMode Closed refuses the call with an error of our own', () => {
    expect(() => outgoing('Closed')).toThrow(expect.objectContaining({ code: 'INTERNAL', blame: 'us' }))
  })

  test('a signed request goes as it came, whatever the failure mode', () => {
    const { body, report } = outgoing('Closed', 'signature')
    expect([body?.toString(), report?.outcome]).toEqual([wordyBody(), 'passthrough'])
  })
})

test('a request that paused has the form that another one of its conversation was sent in meanwhile', () => {
  const shared = compressDeps()
  const content = spacedOrders(1)
  const call = { id: 'c', type: 'function', function: { name: 'list', arguments: '{}' } }
  const messages = [
    { role: 'user', content: 'go' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content },
    { role: 'assistant', content: 'done' },
    { role: 'user', content: 'on' },
  ]
  const body = Buffer.from(JSON.stringify({ model: 'gpt-4o', messages }))
  const policy = compilePolicy({}, { name: 'p', engineVersion: '1' })
  const send = (headers: Record<string, string>): ReturnType<typeof compress> => {
    const received = { kind: 'whole', body, content: body, receivedAt: 0 } as const
    return compress(shared, {
      policy,
      headers,
      target: chatTarget(),
      seal: undefined,
      received,
      log: pino({ level: 'silent' }),
    })
  }
  const paused = send({})
  // It has looked its conversation up, and compresses.
  for (let step = 0; step < 6; step++) expect(paused.next().done).toBe(false)
  expect(atOnce(send({ 'x-m2m-bypass': 'true' })).body).toBe(body)
  expect(atOnce(paused).body).toBe(body)
  expect(atOnce(send({})).body).toBe(body)
})
