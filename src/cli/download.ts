/** Downloads a document that the user named by its URL: bounded in bytes, time and redirects. */

import { M2MError } from '../core/errors.ts'
import { MIB } from '../core/limits.ts'
import { usageError } from './usage.ts'

export interface DownloadOptions {
  /** Of the document itself, after decompression. */
  readonly maxBytes: number
  /** The longest silence of the server. */
  readonly idleMs: number
  /** For the whole download. */
  readonly totalMs: number
  readonly onProgress: (bytes: number, total: number | undefined) => void
}

const MAX_REDIRECTS = 5

/**
 * Only https, and http to this machine; a redirect may not leave that.
 * @throws M2MError USAGE for a URL that is not taken, DOWNLOAD_FAILED
 */
export async function download(url: string, options: DownloadOptions): Promise<Buffer> {
  const asked = askedUrl(url)
  const watch = createWatch(options)
  try {
    const response = await follow(asked, watch.signal)
    watch.alive()
    return await readBody(response, options, watch.alive)
  } catch (error) {
    throw asDownloadError(error, watch.signal)
  } finally {
    watch.end()
  }
}

export function isUrl(word: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(word)
}

function askedUrl(given: string): URL {
  const url = URL.parse(given)
  if (url !== null && url.username + url.password !== '') {
    throw usageError('the URL of a table takes no user and no password')
  }
  if (url === null || !isAllowed(url, true)) {
    throw usageError(`a table is downloaded by https, or by http from this machine: not from ${JSON.stringify(given)}`)
  }
  return url
}

function isAllowed({ protocol, hostname }: URL, isLocalAllowed: boolean): boolean {
  if (protocol === 'https:') return true
  return protocol === 'http:' && isLocalAllowed && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

async function follow(asked: URL, signal: AbortSignal): Promise<Response> {
  const isLocal = asked.protocol === 'http:'
  let url = asked
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url.href, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return checkStatus(response)
    await response.body?.cancel()
    const next = URL.parse(location, url.href)
    if (next === null || !isAllowed(next, isLocal)) throw failed(`${url.host} redirects to a URL that is not https`)
    url = next
  }
  throw failed(`more than ${MAX_REDIRECTS} redirects`)
}

async function checkStatus(response: Response): Promise<Response> {
  if (response.status === 200) return response
  await response.body?.cancel()
  throw failed(`the server answers with status ${response.status}`)
}

async function readBody(
  { body, headers }: Response,
  { maxBytes, onProgress }: DownloadOptions,
  alive: () => void,
): Promise<Buffer> {
  const length = Number(headers.get('content-length') ?? Number.NaN)
  const total = Number.isSafeInteger(length) && headers.get('content-encoding') === null ? length : undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  if ((total ?? 0) > maxBytes) {
    await body?.cancel()
    throw tooLarge(maxBytes)
  }
  for await (const chunk of body ?? []) {
    alive()
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
    onProgress(bytes, total)
  }
  return Buffer.concat(chunks)
}

interface Watch {
  readonly signal: AbortSignal
  /** Something came: the silence starts anew. */
  alive(): void
  end(): void
}

function createWatch({ idleMs, totalMs }: DownloadOptions): Watch {
  const controller = new AbortController()
  const abort = (reason: string): void => controller.abort(failed(reason))
  const idle = setTimeout(() => abort(`the server sent nothing for ${idleMs / 1000} s`), idleMs)
  const total = setTimeout(() => abort(`it was not complete after ${totalMs / 1000} s`), totalMs)
  return {
    signal: controller.signal,
    alive: () => idle.refresh(),
    end: () => {
      clearTimeout(idle)
      clearTimeout(total)
    },
  }
}

/** The reason of `fetch` stands in the cause, or in the signal that ended it. */
function asDownloadError(error: unknown, signal: AbortSignal): M2MError {
  if (signal.aborted && signal.reason instanceof M2MError) return signal.reason
  if (error instanceof M2MError) return error
  const { message, cause } = error as Error
  const reason = cause instanceof Error ? cause.message : message
  return failed(/terminated|aborted|other side closed/.test(`${message} ${reason}`) ? 'it broke off' : reason, error)
}

function tooLarge(maxBytes: number): M2MError {
  return failed(`it is larger than ${maxBytes / MIB} MiB`)
}

function failed(reason: string, cause?: unknown): M2MError {
  return new M2MError(`the table could not be downloaded: ${reason}`, { code: 'DOWNLOAD_FAILED', cause })
}
