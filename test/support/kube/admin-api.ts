/** Raw calls to the API server, apart from the client under test: JSON in and out, whatever the kind. */

import { Agent, request } from 'undici'
import type { Certificate } from '../certificates.ts'

export interface AdminApi {
  get<T = Json>(path: string): Promise<T>
  create<T = Json>(path: string, object: object): Promise<T>
  replace<T = Json>(path: string, object: object): Promise<T>
  /** For what is no JSON: logs, figures of pods. */
  text(path: string): Promise<string>
  /** JSON Merge Patch (RFC 7396). */
  merge<T = Json>(path: string, patch: object): Promise<T>
  delete(path: string): Promise<void>
  /** The answer as it came, for tests of refusals. */
  call(method: Method, path: string, options?: CallOptions): Promise<Answer>
  close(): Promise<void>
}

export interface Json {
  readonly [name: string]: unknown
}

export interface Answer {
  readonly status: number
  readonly body: Json
  readonly warnings: readonly string[]
}

export interface CallOptions {
  readonly body?: object
  readonly contentType?: string
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A bound, not a measurement. */
const MAX_MS = 60_000

interface Caller {
  readonly url: string
  readonly ca: string
  readonly certificate?: Certificate | undefined
  readonly token?: string | undefined
  /** As many as calls need when absent. */
  readonly connections?: number
}

export function createAdminApi({ url, ca, certificate, token, connections }: Caller): AdminApi {
  const dispatcher = new Agent({
    connect: { ca, ...certificate },
    connections: connections ?? null,
    bodyTimeout: MAX_MS,
    headersTimeout: MAX_MS,
  })
  const send = (method: Method, path: string, { body, contentType }: CallOptions = {}) =>
    request(new URL(path, url), {
      method,
      dispatcher,
      headers: {
        accept: 'application/json',
        'content-type': contentType ?? 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
  const call = async (method: Method, path: string, options: CallOptions = {}): Promise<Answer> => {
    const response = await send(method, path, options)
    const text = await response.body.text()
    const { warning = [] } = response.headers
    return { status: response.statusCode, body: jsonOf(text), warnings: [warning].flat() }
  }
  const must = async <T>(method: Method, path: string, options: CallOptions = {}): Promise<T> => {
    const { status, body } = await call(method, path, options)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${String(body['message'] ?? body['text'])}`)
    return body as T
  }
  return {
    get: (path) => must('GET', path),
    text: async (path) => {
      const { statusCode, body } = await send('GET', path)
      const text = await body.text()
      if (statusCode >= 300) throw new Error(`GET ${path}: ${statusCode} ${text}`)
      return text
    },
    create: (path, body) => must('POST', path, { body }),
    replace: (path, body) => must('PUT', path, { body }),
    merge: (path, body) => must('PATCH', path, { body, contentType: 'application/merge-patch+json' }),
    delete: async (path) => void (await must('DELETE', path)),
    call,
    close: () => dispatcher.destroy(),
  }
}

/** Health paths answer text. */
function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return { text }
  }
}
