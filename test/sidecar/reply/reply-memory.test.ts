import { describe, expect, test } from 'vitest'
import { createReplyMemory } from '../../../sidecar/reply/reply-memory.ts'

const call = (id: string, tool = 'shell', isDirect = true) => ({ id, tool, isDirect })

describe('PC-21: what replies say of later requests', () => {
  test('a call is known by its id: its tool, and whether a program reads the result', () => {
    const memory = createReplyMemory()
    memory.remember('account', { id: 'msg_1', calls: [call('a'), call('b', 'query', false)] }, 'session')
    const known = memory.for('account')
    expect(known.of('a')).toEqual({ tool: 'shell', isDirect: true })
    expect(known.of('b')).toEqual({ tool: 'query', isDirect: false })
    expect(known.of('c')).toBeUndefined()
  })

  test('a reply is known by its id: the session of its request', () => {
    const memory = createReplyMemory()
    memory.remember('account', { id: 'msg_1' }, 'session 1')
    memory.remember('account', { id: 'msg_2', calls: [] }, 'session 2')
    memory.remember('account', { calls: [call('a')] }, 'session 3')
    expect(memory.for('account').sessionOf('msg_1')).toBe('session 1')
    expect(memory.for('account').sessionOf('msg_2')).toBe('session 2')
    expect(memory.for('account').sessionOf('msg_3')).toBeUndefined()
    // An id of a call is no id of a reply.
    expect(memory.for('account').sessionOf('a')).toBeUndefined()
  })

  test('accounts share nothing, whatever is in their ids', () => {
    const memory = createReplyMemory()
    memory.remember('one', { id: 'msg_1', calls: [call('a')] }, 'session')
    expect(memory.for('other').of('a')).toBeUndefined()
    expect(memory.for('other').sessionOf('msg_1')).toBeUndefined()
    expect(memory.for('on').of('ea')).toBeUndefined()
  })

  test('the latest reply wins where a server counts its ids anew', () => {
    const memory = createReplyMemory()
    memory.remember('account', { id: 'resp_0', calls: [call('call_0', 'shell')] }, 'session 1')
    memory.remember('account', { id: 'resp_0', calls: [call('call_0', 'query', false)] }, 'session 2')
    expect(memory.for('account').of('call_0')).toEqual({ tool: 'query', isDirect: false })
    expect(memory.for('account').sessionOf('resp_0')).toBe('session 2')
  })
})

describe('its bounds', () => {
  test('the least recently used calls and replies are dropped', () => {
    const memory = createReplyMemory({ maxCalls: 2, maxReplies: 2 })
    const known = memory.for('account')
    for (const id of ['1', '2']) memory.remember('account', { id, calls: [call(id)] }, `session ${id}`)
    expect([known.of('1')?.tool, known.sessionOf('1')]).toEqual(['shell', 'session 1'])
    memory.remember('account', { id: '3', calls: [call('3')] }, 'session 3')
    expect(['1', '2', '3'].map((id) => known.of(id)?.tool)).toEqual(['shell', undefined, 'shell'])
    expect(['1', '2', '3'].map((id) => known.sessionOf(id))).toEqual(['session 1', undefined, 'session 3'])
  })

  test('10,000 forged ids find nothing and drop nothing', () => {
    const memory = createReplyMemory({ maxCalls: 2, maxReplies: 2 })
    memory.remember('account', { id: 'msg_1', calls: [call('a')] }, 'session')
    const known = memory.for('account')
    for (let i = 0; i < 10_000; i++) {
      expect(known.of(`toolu_${i}`)).toBeUndefined()
      expect(known.sessionOf(`msg_${i}_`)).toBeUndefined()
    }
    expect(known.of('a')?.tool).toBe('shell')
    expect(known.sessionOf('msg_1')).toBe('session')
  })

  test('a very long id is neither kept nor looked up', () => {
    const memory = createReplyMemory()
    const long = 'x'.repeat(513)
    memory.remember('account', { id: long, calls: [call(long)] }, 'session')
    expect(memory.for('account').of(long)).toBeUndefined()
    expect(memory.for('account').sessionOf(long)).toBeUndefined()
  })

  test('calls of many different tools keep their own', () => {
    const memory = createReplyMemory()
    for (let i = 0; i < 3000; i++) memory.remember('account', { calls: [call(`call_${i}`, `tool_${i}`)] }, 'session')
    expect(memory.for('account').of('call_7')?.tool).toBe('tool_7')
    expect(memory.for('account').of('call_2999')?.tool).toBe('tool_2999')
  })
})
