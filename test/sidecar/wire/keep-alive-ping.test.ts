/** Pings in silent streams, where they are switched on: between events only, and in nothing but a stream of events. */

import { describe, expect } from 'vitest'
import { play, received, type Step } from '../../support/stream-play.ts'
import { STREAM_SAMPLES, type StreamSample } from '../../support/stream-samples.ts'
import { test } from '../../support/wire.ts'

const PING_MS = 40
const PINGS: Readonly<Partial<Record<StreamSample['dialect'], string>>> = {
  'openai-chat': ': ping\n\n',
  'openai-completions': ': ping\n\n',
  'openai-responses': ': ping\n\n',
  'anthropic-messages': 'event: ping\ndata: {"type": "ping"}\n\n',
}

const withPing = STREAM_SAMPLES.flatMap((sample) => {
  const ping = PINGS[sample.dialect]
  return ping === undefined ? [] : [{ ...sample, ping }]
})

/** Time in which several pings would come; a step, not a proof. */
const silence: Step = () => new Promise((resolve) => setTimeout(resolve, 4 * PING_MS))

describe.for(withPing)('$dialect', (sample) => {
  const { event, finish, final, ping, type } = sample
  const headers = [`content-type: ${type}`]
  const rest = finish + final

  test('a silent stream gets pings between its events, and none after its end', async ({ startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url, { keepAlivePingMs: PING_MS })
    const steps = [received(ping), event, received(ping + event + ping + ping), rest]
    const { text, isWhole } = await play(sample, { edge, tcpUpstream, script: { headers, steps, last: 'end' } })
    expect(isWhole).toBe(true)
    expect(text.replaceAll(ping, '')).toBe(event + rest)
    expect(text.endsWith(rest)).toBe(true)
    await expect.poll(edge.calls).toMatchObject([{ stream_end: 'finished' }])
  })

  test('the pings of a stream stand before an event that is not whole yet', async ({ startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url, { keepAlivePingMs: PING_MS })
    const steps = [event.slice(0, 9), received(ping + ping), event.slice(9) + rest]
    const { text } = await play(sample, { edge, tcpUpstream, script: { headers, steps, last: 'end' } })
    expect(text.endsWith(event + rest)).toBe(true)
    expect(text.replaceAll(ping, '')).toBe(event + rest)
  })

  test.for<[string, { headers?: string[]; length?: number }]>([
    ['has a length', { length: Buffer.byteLength(event + rest) }],
    ['is JSON', { headers: ['content-type: application/json'] }],
    ['is compressed', { headers: [...headers, 'content-encoding: br'] }],
  ])('a reply that %s gets none', async ([, { headers: own = headers, length }], { startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url, { keepAlivePingMs: PING_MS })
    const sent = length === undefined ? ['{"id":', '"c"}'] : [event, rest]
    const steps = [sent[0] as string, silence, sent[1] as string]
    const framing = length === undefined ? 'chunked' : { length }
    const { text } = await play(sample, { edge, tcpUpstream, script: { framing, headers: own, steps, last: 'end' } })
    expect(text).toBe(sent.join(''))
  })

  test('none comes inside an event that holds a comment', async ({ startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url, { keepAlivePingMs: PING_MS })
    const commented = 'id: 1\n: comment\n'
    const steps = [commented, received(commented), silence, `\n${event}${rest}`]
    const { text } = await play(sample, { edge, tcpUpstream, script: { headers, steps, last: 'end' } })
    expect(text.slice(text.indexOf(commented))).toBe(`${commented}\n${event}${rest}`)
  })

  test('without the setting there is none', async ({ startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url)
    const steps = [event, silence, rest]
    const { text } = await play(sample, { edge, tcpUpstream, script: { headers, steps, last: 'end' } })
    expect(text).toBe(event + rest)
  })
})

test.for(STREAM_SAMPLES.filter(({ dialect }) => PINGS[dialect] === undefined))(
  'a stream of lines gets none: $dialect',
  async (sample, { startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url, { keepAlivePingMs: PING_MS })
    const headers = [`content-type: ${sample.type}`]
    const steps = [sample.event, silence, sample.final]
    const { text } = await play(sample, { edge, tcpUpstream, script: { headers, steps, last: 'end' } })
    expect(text).toBe(sample.event + sample.final)
  },
)
