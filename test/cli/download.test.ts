import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { test as base, describe, expect } from 'vitest'
import { type DownloadOptions, download } from '../../src/cli/download.ts'

const MIB = 1024 * 1024

function options(changes: Partial<DownloadOptions> = {}): DownloadOptions {
  return { maxBytes: MIB, idleMs: 60_000, totalMs: 60_000, onProgress: () => undefined, ...changes }
}

/** The URL of a server on this machine that answers so. */
const test = base.extend('serve', ({ onTestFinished }) => async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(302, { location }).end()
}

test('a document comes whole, through redirects and compression, and tells its progress', async ({ serve }) => {
  const url = await serve(({ url: path }, res) => {
    if (path !== '/table') return redirect(res, '/table')
    res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a": 1}'))
  })
  const seen: (number | undefined)[][] = []
  const onProgress = (...figures: (number | undefined)[]): void => void seen.push(figures)
  expect((await download(`${url}/old?key=1`, options({ onProgress }))).toString()).toBe('{"a": 1}')
  expect(seen.at(-1)).toEqual([8, undefined])
})

test('the length of a plain document is known beforehand', async ({ serve }) => {
  const url = await serve((_, res) => void res.writeHead(200, { 'content-length': '4' }).end('true'))
  const seen: unknown[] = []
  await download(url, options({ onProgress: (bytes, total) => void seen.push([bytes, total]) }))
  expect(seen).toEqual([[4, 4]])
})

describe('a download fails in words', () => {
  const big = Buffer.alloc(2 * MIB, ' ')
  test.for<[string, RequestListener, Partial<DownloadOptions>, RegExp]>([
    ['404', (_, res) => void res.writeHead(404).end('<html>'), {}, /the server answers with status 404$/],
    ['204', (_, res) => void res.writeHead(204).end(), {}, /status 204$/],
    ['a redirect without a place', (_, res) => void res.writeHead(302).end(), {}, /status 302$/],
    ['redirects in a circle', (_, res) => redirect(res, '/again'), {}, /more than 5 redirects$/],
    [
      'a redirect to a file',
      (_, res) => redirect(res, 'file:///etc/passwd'),
      {},
      /redirects to a URL that is not https$/,
    ],
    ['a redirect to http elsewhere', (_, res) => redirect(res, 'http://example.com/'), {}, /that is not https$/],
    [
      'a document that says it is too large',
      (_, res) => void res.writeHead(200, { 'content-length': 200 * MIB }).write('x'),
      {},
      /is larger than 1 MiB$/,
    ],
    ['a document that is too large', (_, res) => void res.writeHead(200).end(big), {}, /is larger than 1 MiB$/],
    [
      'one that is small only compressed',
      (_, res) => void res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(big)),
      {},
      /is larger than 1 MiB$/,
    ],
    [
      'a part of a document',
      (_, res) => {
        res.writeHead(200, { 'content-length': 10 }).write('abc', () => res.destroy())
      },
      {},
      /it broke off$/,
    ],
    [
      'a part of chunks',
      (_, res) => {
        res.writeHead(200).write('abc', () => res.destroy())
      },
      {},
      /it broke off$/,
    ],
    ['silence', () => undefined, { idleMs: 50 }, /the server sent nothing for 0.05 s$/],
    [
      'silence in the middle',
      (_, res) => void res.writeHead(200).write('abc'),
      { idleMs: 50 },
      /sent nothing for 0.05 s$/,
    ],
    [
      'a trickle',
      (_, res) => {
        res.writeHead(200)
        setInterval(() => res.write('x'), 5).unref()
      },
      { totalMs: 100 },
      /not complete after 0.1 s$/,
    ],
  ])('on %s', async ([, listener, changes, message], { serve }) => {
    const url = await serve(listener)
    const failed = await download(url, options(changes)).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'DOWNLOAD_FAILED', message: expect.stringMatching(message) })
  })

  test('where nothing listens', async () => {
    await expect(download('http://127.0.0.1:9/', options())).rejects.toThrow(/^the table could not be downloaded: /)
  })

  test.for([
    'http://example.com/table.json',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'ftp://127.0.0.1/table.json',
    'file:///etc/passwd',
    'https://me:secret@example.com/',
    'https://',
  ])('before a byte is sent to %s', async (url) => {
    await expect(download(url, options())).rejects.toMatchObject({ code: 'USAGE' })
  })
})
