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

const deps = {
  ...compressDeps(),
  vocabularies: createVocabularies(() => {
    throw new Error('no tables')
  }),
}

function outgoing(failureMode: 'Open' | 'Closed', seal?: Seal): Outgoing {
  const policy = compilePolicy({ failureMode }, { name: 'p', engineVersion: '1' })
  const body = Buffer.from(wordyBody())
  const target: Target = {
    provider: defaultPolicy({ mode: 'Enforce', profile: 'Safe', upstreams: [], engineVersion: '1' }).providers[0]!,
    path: '/v1/chat/completions',
    dialect: dialectByName('openai-chat'),
  }
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
