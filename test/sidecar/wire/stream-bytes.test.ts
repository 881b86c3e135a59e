/** Random streams through the sidecar: every byte, in both lanes, and none later than it has to be. */

import fc from 'fast-check'
import { describe, expect } from 'vitest'
import { assertAsyncProperty } from '../../support/assert-property.ts'
import { play, type Script, type Step } from '../../support/stream-play.ts'
import { test } from '../../support/wire.ts'

const CALL = { model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: 'hi' }] }

const LINES = [
  '',
  '',
  'data: {"choices":[{"index":0,"delta":{"content":"日本 🙂"}}]}',
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}',
  'data: [DONE]',
  'data: {',
  'data:',
  ': ping',
  ':',
  'event: x',
  'id: 7',
  'retry: 9',
  'junk',
  '{"error":{"code":529}}',
  '\uFEFF',
]

const line = fc.oneof(
  { arbitrary: fc.constantFrom(...LINES), weight: 6 },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }), weight: 1 },
)
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n', '\r\n\r\n', '\r\r')

/** A stream that its first line shows to be one, in pieces. */
const pieces = fc
  .tuple(
    fc.constantFrom('', '\uFEFF', '\n'),
    fc.array(fc.tuple(line, lineEnd), { maxLength: 12 }),
    fc.constantFrom('', 'data: torn', ': torn'),
    fc.array(fc.nat(400), { maxLength: 6 }),
  )
  .map(([mark, lines, rest, cuts]) => {
    const bytes = Buffer.from(`${mark}id: 0\n\n${lines.flat().join('')}${rest}`)
    const places = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b)
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
  })

/** How many of these bytes could not be torn: those up to the last blank line or comment. Written without our splitter. */
function untearable(sent: Buffer): number {
  const text = sent.toString('latin1')
  let due = 0
  for (const match of text.matchAll(/([^\r\n]*)(\r\n|\r|\n)/g)) {
    const content = match.index === 0 ? (match[1] as string).replace(/^\u00ef\u00bb\u00bf/, '') : match[1]
    if (content === '' || content?.startsWith(':')) due = match.index + match[0].length
  }
  return due
}

const LANES = [
  { lane: 'a call of a model', path: '/v1/chat/completions', due: untearable },
  { lane: 'another path', path: '/v1/files/a/content', due: (sent: Buffer) => sent.length },
]

describe.for(LANES)('$lane', ({ path, due }) => {
  test('gets every byte, each as soon as it cannot be torn', async ({ startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url)
    const property = fc.asyncProperty(pieces, async (stream) => {
      const steps: Step[] = stream.flatMap((piece, index): Step[] => {
        const sent = Buffer.concat(stream.slice(0, index + 1))
        return [piece, ({ caller }) => caller.received(due(sent))]
      })
      const script: Script = { headers: ['content-type: text/event-stream'], steps, last: 'end' }
      const { bytes, isWhole } = await play({ path, request: CALL }, { edge, tcpUpstream, script })
      expect([bytes.toString(), isWhole]).toEqual([Buffer.concat(stream).toString(), true])
    })
    await assertAsyncProperty(property, { numRuns: 60 })
  })
})

test('a stream that breaks off anywhere ends with one error event, or with the cut', async ({
  startEdge,
  tcpUpstream,
}) => {
  const edge = await startEdge(tcpUpstream.url)
  const property = fc.asyncProperty(pieces, async (stream) => {
    const sent = Buffer.concat(stream)
    const script: Script = { headers: ['content-type: text/event-stream'], steps: stream, last: 'cut' }
    const reply = await play({ path: '/v1/chat/completions', request: CALL }, { edge, tcpUpstream, script })
    const passed = sent.subarray(0, untearable(sent))
    expect(reply.bytes.subarray(0, passed.length).equals(passed)).toBe(true)
    const added = reply.bytes.subarray(passed.length).toString()
    if (!reply.isWhole) expect(added).toBe('')
    else if (added !== '') expect(added).toMatch(/^data: \{"error":\{[^\n]*"code":"UPSTREAM_CLOSED"\}\}\n\n$/)
    else expect(passed.toString()).toMatch(/data: ?\[DONE\]|"error"/)
  })
  await assertAsyncProperty(property, { numRuns: 60 })
})
