/** What may happen to a stream, and what its caller then gets: the rows of docs/reference/streaming.md. */

import { once } from 'node:events'
import type { EdgeOptions } from './edge.ts'
import { received, type Script, type Step } from './stream-play.ts'
import type { StreamSample } from './stream-samples.ts'
import { within } from './within.ts'

export interface Situation extends Partial<Omit<Script, 'steps'>> {
  /** As docs/reference/streaming.md names it. */
  readonly situation: string
  /** Pieces of the body, and what happens between them. */
  readonly steps: readonly Step[]
  /** Of the provider's bytes, what the caller gets. */
  readonly passes: string
  /** The code of the error event after them, or of the error reply. */
  readonly error?: string
  /** The provider's error type in the log. */
  readonly reported?: string
  readonly status?: number
  /** The word for the end of a stream, or none. */
  readonly end: string
  readonly options?: EdgeOptions
}

/** Above what is held of one event. */
const TOO_LARGE = 33 << 20

const isSse = ({ type }: StreamSample): boolean => type === 'text/event-stream'

/** One event that is not finished. */
const torn = ({ event }: StreamSample): string => event.slice(0, 20)

const bytewise = (text: string): readonly Step[] => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte))

export const drain: Step = ({ edge }) => void edge.sidecar.close()

const leave: Step = async ({ caller, socket }) => {
  const closed = once(socket, 'close')
  caller.leave()
  await within('the close of the provider’s connection', closed)
}

export function situationsOf(sample: StreamSample): readonly Situation[] {
  return [...endings(sample), ...breaks(sample), ...forms(sample)]
}

function endings(sample: StreamSample): readonly Situation[] {
  const { event, finish, final, failure, failureType } = sample
  const rows: Situation[] = [
    { situation: 'it finishes', steps: [event, finish + final], passes: event + finish + final, end: 'finished' },
    { situation: 'it stops without finishing', steps: [event], passes: event, end: 'unfinished' },
    {
      situation: 'it stops inside an event',
      steps: [event + torn(sample)],
      passes: event + torn(sample),
      end: 'unfinished',
    },
    {
      situation: 'it stops after a last event without a blank line',
      steps: [event, (finish + final).trimEnd()],
      passes: event + (finish + final).trimEnd(),
      end: 'finished',
    },
    {
      situation: 'it closes a connection that has no length',
      framing: 'close',
      steps: [event],
      passes: event,
      end: 'unfinished',
    },
    {
      situation: 'it ends with an error event',
      steps: [event, failure],
      passes: event + failure,
      end: 'error',
      reported: failureType,
    },
    {
      situation: 'it begins with an error event',
      steps: [failure],
      passes: failure,
      end: 'error',
      reported: failureType,
    },
  ]
  if (finish !== '') {
    rows.push({
      situation: 'it finishes without its final event',
      steps: [event, finish],
      passes: event + finish,
      end: 'finished',
    })
  }
  if (isSse(sample)) {
    const bare = '{"error":{"type":"overloaded_error","message":"overloaded"}}\n'
    rows.push({
      situation: 'it ends with a line of JSON that has no field name',
      steps: [event, bare],
      passes: event + bare,
      end: 'error',
      reported: 'overloaded_error',
    })
  }
  return rows
}

function breaks(sample: StreamSample): readonly Situation[] {
  const { event, finish, final } = sample
  const closed = { last: 'cut', error: 'UPSTREAM_CLOSED', end: 'error' } as const
  const begun = [event, received(event)]
  const rows: Situation[] = [
    {
      ...closed,
      situation: 'it closes before the head',
      framing: 'none',
      steps: [],
      passes: '',
      status: 502,
      end: 'none',
    },
    {
      situation: 'it is silent before the head',
      framing: 'none',
      steps: [],
      last: 'hold',
      passes: '',
      status: 504,
      error: 'UPSTREAM_FIRST_BYTE_TIMEOUT',
      end: 'none',
      options: { timeouts: { firstByte: '100ms' } },
    },
    { ...closed, situation: 'it breaks off before the first event', steps: [], passes: '' },
    { ...closed, situation: 'it breaks off between events', steps: [event, event], passes: event + event },
    { ...closed, situation: 'it breaks off inside an event', steps: [event, torn(sample)], passes: event },
    {
      ...closed,
      situation: 'it resets the connection',
      steps: [...begun, ({ socket }) => socket.resetAndDestroy()],
      passes: event,
    },
    {
      situation: 'it breaks off after its final event',
      steps: [event, finish + final],
      last: 'cut',
      passes: event + finish + final,
      end: 'finished',
    },
    {
      ...closed,
      situation: 'it is shorter than its length',
      framing: { length: 100_000 },
      steps: begun,
      passes: event,
      end: 'truncated',
    },
    {
      ...closed,
      situation: 'it breaks off inside an event that is too large',
      steps: [event, isSse(sample) ? 'data: "' : '{"x":"', 'x'.repeat(TOO_LARGE)],
      passes: `${event}${isSse(sample) ? 'data: "' : '{"x":"'}${'x'.repeat(TOO_LARGE)}`,
      end: 'truncated',
    },
    {
      situation: 'it is silent for longer than the idle time-out',
      steps: [event],
      last: 'hold',
      passes: event,
      error: 'UPSTREAM_IDLE_TIMEOUT',
      end: 'error',
      options: { timeouts: { idle: '100ms' } },
    },
    {
      situation: 'it lasts longer than the total time-out',
      steps: [event],
      last: 'hold',
      passes: event,
      error: 'UPSTREAM_TOTAL_TIMEOUT',
      end: 'error',
      options: { timeouts: { total: '300ms' } },
    },
    {
      situation: 'the caller leaves',
      steps: [...begun, leave],
      last: 'hold',
      passes: event,
      end: 'aborted',
      reported: 'CALLER_GONE',
    },
    {
      situation: 'the sidecar drains, and the stream finishes in time',
      steps: [...begun, drain, finish + final],
      passes: event + finish + final,
      end: 'finished',
      options: { graceMs: 20_000 },
    },
    {
      situation: 'the sidecar drains, and the grace time ends',
      steps: [...begun, drain],
      last: 'hold',
      passes: event,
      error: 'DRAINING',
      end: 'error',
      options: { graceMs: 100 },
    },
  ]
  if (isSse(sample)) {
    const commented = `data: {"a":\n: comment\n`
    rows.push({
      ...closed,
      situation: 'it breaks off inside an event after a comment in it',
      steps: [event, `${commented}data: 1`],
      passes: event + commented,
      end: 'truncated',
    })
  }
  return rows
}

function forms(sample: StreamSample): readonly Situation[] {
  const { type } = sample
  const rest = sample.finish + sample.final
  const whole = sample.event + rest
  const label = `content-type: ${type}`
  const json = ['{"id":"c","model":"m","usage":{"prompt_tokens":1,', '"completion_tokens":2}}']
  const large = isSse(sample) ? `data: "${'x'.repeat(8 << 20)}"\n\n` : `{"x":"${'x'.repeat(8 << 20)}"}\n`
  const passes = { passes: whole, end: 'finished' }
  const rows: Situation[] = [
    {
      ...passes,
      situation: 'one byte at a time',
      steps: [...bytewise(sample.event), received(sample.event), ...bytewise(rest)],
    },
    { ...passes, situation: 'an event of 8 MB', steps: [large, whole], passes: large + whole },
    { ...passes, situation: 'no content type', headers: [], steps: [sample.event, received(sample.event), rest] },
    {
      ...passes,
      situation: 'another content type',
      headers: ['content-type: application/json'],
      steps: [sample.event, received(sample.event), rest],
    },
    {
      situation: 'no content type, and it breaks off',
      headers: [],
      steps: [sample.event + torn(sample)],
      last: 'cut',
      passes: sample.event,
      error: 'UPSTREAM_CLOSED',
      end: 'error',
    },
    {
      situation: 'a blank line as a sign of life',
      steps: [sample.event, '\r\n', received(`${sample.event}\r\n`), rest],
      passes: `${sample.event}\r\n${rest}`,
      end: 'finished',
    },
  ]
  if (!isSse(sample)) return rows
  const crLf = whole.replaceAll('\n', '\r\n')
  const cr = whole.replaceAll('\n', '\r')
  const odd = `\uFEFF: hello\n\nretry: 10\nid: 1\ndata: {\ndata: "a": 1\ndata: }\n\n${whole}`
  const page = ['<html><body>', 'please log in</body></html>']
  return [
    ...rows,
    {
      ...passes,
      situation: 'lines that end with CR LF, cut between the two',
      steps: crLf.split(/(?<=\r)/),
      passes: crLf,
    },
    { ...passes, situation: 'lines that end with CR', steps: [cr], passes: cr },
    {
      ...passes,
      situation: 'a byte order mark, comments, `id`, `retry`, data in several lines',
      steps: [odd],
      passes: odd,
    },
    {
      situation: 'a comment without a blank line',
      steps: [sample.event, ': ping\n', received(`${sample.event}: ping\n`), rest],
      passes: `${sample.event}: ping\n${rest}`,
      end: 'finished',
    },
    {
      situation: 'one JSON text under the label of a stream',
      headers: [label],
      steps: [json[0] ?? '', received(json[0] ?? ''), json[1] ?? ''],
      passes: json.join(''),
      end: 'none',
    },
    {
      situation: 'a page of HTML with status 200',
      headers: ['content-type: text/html'],
      steps: [page[0] ?? '', received(page[0] ?? ''), page[1] ?? ''],
      passes: page.join(''),
      end: 'none',
    },
  ]
}
