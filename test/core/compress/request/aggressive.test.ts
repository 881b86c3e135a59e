import { describe, expect, test } from 'vitest'
import { compressRequest, decompressRequest } from '../../../../src/core/compress/index.ts'
import { exactCounter } from '../../../support/counters.ts'
import { chatWith, enforce, readChat, toolResultsOf } from '../requests.ts'

const WAITING = 'still waiting for the pod\n'.repeat(9)

const TESTS = `${Array.from({ length: 60 }, (_, i) => `ok ${i + 1} - adds ${i}\n`).join('')}not ok 61 - carries the one\n1..61\n`
const FAILED_TESTS = '[m2m: 60 lines of passed tests left out]\nnot ok 61 - carries the one\n1..61\n'

/** Irregular times, so that other techniques also encode the remaining lines. */
const LOG = Array.from(
  { length: 300 },
  (_, i) => `2031-04-05 06:07:${10 + ((i * 7) % 50)} INFO worker-6c8868cb6d did ${i}\n`,
)
const LOG_WINDOW = [...LOG.slice(0, 40), '[m2m: 180 log lines left out]\n', ...LOG.slice(220)].join('')

const aggressive = { ...enforce, profile: 'Aggressive' } as const

describe('the profile Aggressive', () => {
  test('marks the removed text in a block; only that text is not restored', () => {
    const { body, report } = compressRequest(chatWith([TESTS, WAITING]), aggressive, exactCounter)
    expect(toolResultsOf(body)[0]).toBe(FAILED_TESTS)
    expect(report.changes.map(({ techniques }) => techniques)).toEqual([['failed-tests'], ['repeated-lines']])
    for (const undone of [decompressRequest(readChat(body), report), decompressRequest(readChat(body))]) {
      expect(toolResultsOf(undone.body)).toEqual([FAILED_TESTS, WAITING])
    }
  })

  test('restores the encoded lines among the remaining text', () => {
    const { body, report } = compressRequest(chatWith([LOG.join('')]), aggressive, exactCounter)
    expect(report.changes[0]?.techniques[0]).toBe('log-window')
    expect(report.changes[0]?.techniques.length).toBeGreaterThan(1)
    expect(toolResultsOf(decompressRequest(readChat(body), report).body)).toEqual([LOG_WINDOW])
  })

  test('removes nothing from its own output', () => {
    const { body } = compressRequest(chatWith([TESTS, LOG.join('')]), aggressive, exactCounter)
    expect(compressRequest(readChat(body), aggressive, exactCounter).body).toEqual(Buffer.from(body))
  })

  test('is the only one that leaves anything out', () => {
    const texts = [TESTS, LOG.join('')]
    const { body, report } = compressRequest(chatWith(texts), { ...enforce, profile: 'Balanced' }, exactCounter)
    expect(toolResultsOf(decompressRequest(readChat(body), report).body)).toEqual(texts)
  })
})
