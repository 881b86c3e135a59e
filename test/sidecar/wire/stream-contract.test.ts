/** The contract of streams (docs/reference/streaming.md): every row of its tables, in every dialect, over sockets. */

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test as plainTest } from 'vitest'
import { dialects } from '../../../src/core/dialect/index.ts'
import type { Edge } from '../../support/edge.ts'
import { type Caller, play, type Script } from '../../support/stream-play.ts'
import { STREAM_SAMPLES, type StreamSample } from '../../support/stream-samples.ts'
import { drain, type Situation, situationsOf } from '../../support/stream-situations.ts'
import { test } from '../../support/wire.ts'

/** The provider's bytes, and behind them nothing, or one error event of ours. */
function expectBytes({ text }: Caller, { passes, end, error }: Situation, sample: StreamSample): void {
  expect(text.slice(0, passes.length) === passes).toBe(true)
  const added = text.slice(passes.length)
  if (end === 'error' && error !== undefined) expect(added).toMatch(sample.error(error))
  else expect(added).toBe('')
}

/** The same word in the log and in the metric, and a failure where the stream failed. */
async function expectTraces(edge: Edge, { end, error, reported, steps }: Situation): Promise<void> {
  const failure = error ?? reported
  await expect.poll(edge.calls).toHaveLength(1)
  const [line] = edge.calls()
  expect([line?.['stream_end'], line?.['error']]).toEqual([end === 'none' ? undefined : end, failure])
  // A sidecar that has drained answers no more.
  if (steps.includes(drain)) return
  const counted = /m2m_streams_total\{.*\bend="(\w+)".*\} 1\n/.exec(await edge.metrics())?.[1]
  expect(counted ?? 'none').toBe(end)
  expect((await edge.stats()).errors_total).toBe(failure === undefined ? 0 : 1)
}

describe.for(STREAM_SAMPLES)('$dialect', (sample) => {
  test.for(situationsOf(sample))('$situation', async (situation, { startEdge, tcpUpstream }) => {
    const edge = await startEdge(tcpUpstream.url, situation.options)
    const script: Script = { headers: [`content-type: ${sample.type}`], last: 'end', ...situation }
    const reply = await play(sample, { edge, tcpUpstream, script })
    expect(reply.status).toBe(situation.status ?? 200)
    if (situation.status === undefined) expectBytes(reply, situation, sample)
    expect(reply.isWhole).toBe(situation.end !== 'truncated' && situation.end !== 'aborted')
    await expectTraces(edge, situation)
  })
})

test.for(STREAM_SAMPLES)(
  'compressed, although `identity` was asked for: $dialect',
  async (sample, { edge, upstream }) => {
    const { type, event, finish, failure, failureType } = sample
    const sent = gzipSync(event + finish + failure)
    upstream.replyWith((res) => {
      res.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' })
      res.write(sent.subarray(0, 5))
      res.end(sent.subarray(5))
    })
    const reply = await edge.post(sample.path, JSON.stringify(sample.request))
    expect(reply.headers.get('content-encoding')).toBe('gzip')
    expect(await reply.text()).toBe(event + finish + failure)
    await expect.poll(edge.calls).toMatchObject([{ error: failureType }])
    expect(edge.calls()[0]).not.toHaveProperty('stream_end')
  },
)

plainTest('the contract is played in every dialect', () => {
  expect(STREAM_SAMPLES.map(({ dialect }) => dialect)).toEqual(dialects.map(({ name }) => name))
})

plainTest('the document has the same situations, with the same ends', () => {
  const document = readFileSync('docs/reference/streaming.md', 'utf8')
  const tables = document.slice(document.indexOf('## The provider ends the stream'))
  const written = [...tables.matchAll(/^\| (?!situation)(.+?) \| .* \| (?:`(\w+)`|(none)) \|$/gm)]
  const played = new Map(
    STREAM_SAMPLES.flatMap((sample) => situationsOf(sample).map(({ situation, end }) => [situation, end])),
  )
  played.set('compressed, although `identity` was asked for', 'none')
  expect(Object.fromEntries(written.map(([, situation, end, none]) => [situation, end ?? none]))).toEqual(
    Object.fromEntries(played),
  )
})
