import { expect, test } from 'vitest'
import type { Call } from '../../../sidecar/call/call.ts'
import { rememberReply } from '../../../sidecar/call/remember-reply.ts'
import { createReplyMemory } from '../../../sidecar/reply/reply-memory.ts'
import { type DialectName, dialectByName } from '../../../src/core/dialect/index.ts'
import { compilePolicy } from '../../../src/core/policy/index.ts'

const { providers } = compilePolicy({ providers: [{ name: 'openai' }] }, { name: 'p', engineVersion: '1' })

function callOf(dialect: DialectName): Pick<Call, 'target' | 'sent'> {
  const second = { reason: undefined, question: 'none', report: undefined, healing: undefined } as const
  const request = { model: 'm', isStream: false, parameters: {}, session: 's', group: undefined }
  return {
    target: { provider: providers[0]!, path: '/', written: '/', dialect: dialectByName(dialect) },
    sent: {
      account: 'a',
      report: undefined,
      cache: undefined,
      second,
      passthrough: undefined,
      request: { ...request, failedResults: [], unknownForms: 0 },
      prefix: undefined,
    },
  }
}

test.each<[DialectName, string | undefined]>([
  ['openai-responses', 's'],
  ['anthropic-messages', 's'],
  ['openai-chat', undefined],
  ['openai-completions', undefined],
  ['ollama-chat', undefined],
])('the id of a reply in %s names the session %s', (dialect, session) => {
  const replyMemory = createReplyMemory()
  rememberReply({ replyMemory }, callOf(dialect), { facts: { id: 'reply' } })
  expect(replyMemory.for('a').sessionOf('reply')).toBe(session)
  expect(replyMemory.bytes > 0).toBe(session !== undefined)
})
