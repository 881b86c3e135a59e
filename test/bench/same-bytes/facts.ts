/**
 * What is compared, as named texts: each must be the same on both sides. Taken out are names of the run: ports, dates,
 * ids of calls and traces, durations. So is the policy's revision, a hash that holds the engine's version.
 */

import type { ClientReply } from './client.ts'
import type { ReceivedRequest } from './model-server.ts'
import type { ReadSpan } from './otlp.ts'
import type { Observed } from './side.ts'
import type { LogLine } from './sidecar-process.ts'

export type Facts = ReadonlyMap<string, string>

const NAMES_OF_THE_RUN = new Set(['date', 'x-m2m-call', 'traceparent'])

/** @param ports by the names that replace them */
export function factsOf({ received, reply }: Observed, ports: Readonly<Record<string, number>>): Facts {
  const mask = (text: string): string => withoutPorts(text, ports)
  const facts = new Map<string, string>([['number of requests', String(received.length)]])
  for (const [at, request] of received.entries()) addRequest(facts, { request, at: at + 1, mask })
  addReply(facts, reply, mask)
  return facts
}

type Mask = (text: string) => string

function addRequest(
  facts: Map<string, string>,
  { request, at, mask }: { readonly request: ReceivedRequest; readonly at: number; readonly mask: Mask },
): void {
  facts.set(`request ${at}: line`, `${request.method} ${request.path}`)
  facts.set(`request ${at}: headers`, headerText(request.headers, mask))
  // One letter a byte: a difference of bytes that are no text is one as well.
  facts.set(`request ${at}: body`, request.body.toString('latin1'))
}

function addReply(facts: Map<string, string>, { status, headers, body, ending }: ClientReply, mask: Mask): void {
  const call = callOf(headers)
  facts.set('reply: status', String(status))
  const text = mask(body.toString('latin1'))
  const timeless = text.replace(TIMES, '"$1":<time>')
  const kept = timeless === text ? headers : headers.filter(([name]) => name !== 'content-length')
  facts.set('reply: headers', headerText(kept, mask))
  facts.set('reply: body', call === undefined ? timeless : timeless.replaceAll(call, '<call>'))
  facts.set('reply: end', ending)
}

/** Compression on request says how long it took, a health check how long the sidecar has run. */
const TIMES = /"(ms|uptime_seconds)":[\d.]+/

/** The call's id, by which its log line is found. */
export function callOf(headers: ClientReply['headers']): string | undefined {
  return headers.find(([name]) => name === 'x-m2m-call')?.[1]
}

function headerText(headers: ClientReply['headers'], mask: Mask): string {
  const line = ([name, value]: readonly [string, string]): string =>
    NAMES_OF_THE_RUN.has(name.toLowerCase()) ? `${name}: <${name.toLowerCase()}>` : `${name}: ${mask(value)}`
  return headers.map(line).join('\n')
}

const MEASURED_FIELDS = new Set(['time', 'call', 'trace_id', 'ms', 'added_ms'])

/** A log line field by field, in its order. */
export function lineText(line: LogLine, ports: Readonly<Record<string, number>>): string {
  const entries = Object.entries(line).map(([name, value]) => [name, MEASURED_FIELDS.has(name) ? '<>' : value])
  return entries
    .map(([name, value]) => `${name}: ${withoutPorts(JSON.stringify(value), ports).replaceAll(STACK, '')}`)
    .join('\n')
}

/** Places in the code, as JSON has them in an error's stack. */
const STACK = /\\n\s+at (?:[^"\\]|\\(?!n))*/g

const MEASURED_ATTRIBUTES = /^server\.port$|^m2m\.policy\.revision$|duration|_ms$|seconds|time_to|added|call\.id/

export function spanText({ name, attributes, status }: ReadSpan, ports: Readonly<Record<string, number>>): string {
  const entries = Object.entries(attributes).filter(([key]) => !MEASURED_ATTRIBUTES.test(key))
  const lines = entries.map(([key, value]) => `${key}: ${withoutPorts(JSON.stringify(value), ports)}`)
  return [`name: ${name}`, `status: ${status}`, ...lines].join('\n')
}

const MEASURED_SERIES = /seconds|duration|memory|process|build|start|uptime|target_info|# /

/** Series of `/metrics` and their values, but for times. */
export function seriesOf(metrics: string, ports: Readonly<Record<string, number>>): Facts {
  const lines = metrics.split('\n').filter((line) => line !== '' && !MEASURED_SERIES.test(line))
  return new Map(lines.map((line) => splitLast(withoutPorts(line, ports))))
}

function splitLast(line: string): [string, string] {
  const space = line.lastIndexOf(' ')
  return [line.slice(0, space), line.slice(space + 1)]
}

function withoutPorts(text: string, ports: Readonly<Record<string, number>>): string {
  let plain = text
  for (const [name, port] of Object.entries(ports)) plain = plain.replaceAll(`:${port}`, `:<${name}>`)
  return plain
}
