/** Reads the table of docs/providers.md: the tests use its cells as they are written, with addresses of their own. */

import { readFileSync } from 'node:fs'
import { loadConfig, type SidecarConfig } from '../../../sidecar/config.ts'
import { createLogger } from '../../../sidecar/log.ts'
import { startSidecar } from '../../../sidecar/start.ts'
import { tableUnder } from '../../repository/markdown.ts'
import { startEgressProxy } from '../../support/egress-proxy.ts'
import { testConfig } from '../../support/test-config.ts'
import type { Seen, Upstream } from '../../support/upstream.ts'
import type { ClientSettings } from './calls.ts'

export interface Line {
  readonly name: string
  /** The address that the application has without a sidecar. */
  readonly before: string
  /** What the application sets, addresses as in the document; one setting after the other. */
  readonly settings: readonly string[]
  /** The values of `--upstream`. */
  readonly upstreams: readonly string[]
  /** The calls that are read, in words. */
  readonly read: string
}

/** In the document, the data port of the sidecar. */
export const SIDECAR = 'http://127.0.0.1:4141'

export function readLines(): readonly Line[] {
  return tableUnder(readFileSync('docs/providers.md', 'utf8'), 'The table').map((cells) => {
    const [name = '', before = '', settings = '', sidecar = '', read = ''] = cells
    return {
      name,
      before: codesOf(before)[0] ?? '',
      settings: codesOf(settings),
      upstreams: codesOf(sidecar).map((code) => code.replace(/^--upstream /, '')),
      read,
    }
  })
}

/** A setting as an environment variable (`NAME=URL`), or as a member: `name: 'URL'`, `name='URL'`, `name = "URL"`. */
export function settingsOf(setting: string): ClientSettings {
  const [, variable, member, , value = ''] = /^(?:([A-Z_]+)=|(\w+)(?:: |=| = )(['"]))(.*?)\3$/.exec(setting) ?? []
  if (variable !== undefined) return { env: { [variable]: value }, options: {} }
  if (member !== undefined) return { env: {}, options: { [member]: value } }
  throw new Error(`neither a variable nor a member: ${setting}`)
}

/** A setting as it is without a sidecar. */
export function directSetting({ before }: Line, setting: string, standIn: Upstream): string {
  return setting.replace(/http:\/\/127\.0\.0\.1:4141[^'"]*/, atStandIn(before, standIn))
}

/** The stand-in in place of whatever host a URL of the document names. */
function atStandIn(text: string, standIn: Upstream): string {
  return text.replace(/https?:\/\/[^/]+/, standIn.url)
}

export interface LoggingSidecar {
  readonly url: string
  /** The log, parsed. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  close(): Promise<void>
}

export interface Stands {
  /** Values of `--upstream` as they are written; those of the line's own providers lead to `standIn`. */
  readonly upstreams: readonly string[]
  readonly line: Line
  readonly standIn: Upstream
  /** Stands for the providers of all other lines. */
  readonly others: Upstream
}

/** A sidecar whose providers keep the names of their hosts: an egress proxy leads to the stand-ins. */
export async function startBehindTable({ upstreams, line, standIn, others }: Stands): Promise<LoggingSidecar> {
  const ownHosts = new Set(line.upstreams.map(hostOf))
  const standInOf = (host: string): Upstream => (ownHosts.has(host) ? standIn : others)
  const egress = await startEgressProxy({ portOf: (host) => Number(new URL(standInOf(host).url).port) })
  const reachable = upstreams.map((upstream) =>
    LOOPBACK.test(upstream) ? atStandIn(upstream, standInOf(hostOf(upstream))) : upstream.replace('https:', 'http:'),
  )
  const sidecar = await startWith(reachable, { httpProxy: { url: new URL(egress.url), from: 'HTTP_PROXY' } })
  return { ...sidecar, close: () => sidecar.close().then(() => egress.close()) }
}

/** No proxy serves it. */
const LOOPBACK = /127\.0\.0\.1/

/** Host and port of an upstream, as CONNECT names them over plain HTTP. */
function hostOf(upstream: string): string {
  const { hostname, port } = new URL(upstream.slice(upstream.indexOf('http')))
  return `${hostname}:${port || 80}`
}

/** @param upstreams as after `--upstream` */
export async function startWith(
  upstreams: readonly string[],
  network: Partial<SidecarConfig['network']> = {},
): Promise<LoggingSidecar> {
  const lines: Record<string, unknown>[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const { proxy } = loadConfig({ flags: { upstream: upstreams }, env: {} })
  const config = testConfig({ proxy: { upstreams: proxy.upstreams }, network })
  const sidecar = await startSidecar(config, { log: createLogger({ level: 'debug', destination }) })
  return { url: sidecar.dataUrl, lines, close: () => sidecar.close() }
}

/** The headers that a proxy keeps. Of streams it asks no encoding; ids and times belong to one call. */
export function endToEnd({ headers }: Seen): Readonly<Record<string, unknown>> {
  const { host, connection, 'content-length': length, 'accept-encoding': encoding, ...kept } = headers
  const own = /^(?:amz-sdk-invocation-id|x-amz-date|x-client-request-id|idempotency-key)$/
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, own.test(name) ? '' : value]))
}

function codesOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}
