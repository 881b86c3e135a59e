/** The operator's switch: earlier results are sent as they came from then on, and no refusal is healed any more. */

import { describe, expect } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import type { Edge } from '../../support/edge.ts'
import { rawClient, requestText } from '../../support/raw-client.ts'
import { asCame, MESSAGES_PATH, REFUSAL, thinkingBody } from '../../support/thinking-history.ts'
import { NOWHERE, test } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

const post = (url: string, headers: Record<string, string> = {}): Promise<Response> => {
  return fetch(`${url}/unpin`, { method: 'POST', headers })
}

describe('PC-7: POST /unpin', () => {
  test('ends the forms of live conversations; new results follow the policy', async ({ edge, upstream }) => {
    for (const turns of [1, 2]) await edge.post(MESSAGES_PATH, thinkingBody(turns))
    expect(await (await post(edge.adminUrl)).json()).toEqual({ results: 2 })
    await edge.post(MESSAGES_PATH, thinkingBody(3))
    await edge.post(MESSAGES_PATH, thinkingBody(4))
    expect(upstream.seen.map(({ body }, nth) => asCame(body, nth + 1))).toEqual([
      [false],
      [false, false],
      [true, true, false],
      [true, true, false, false],
    ])
  })

  test('PC-3: leaves the refusal of such a conversation to its caller', async ({ edge, upstream }) => {
    await edge.post(MESSAGES_PATH, thinkingBody(2))
    await post(edge.adminUrl)
    upstream.replyWith((res) => res.writeHead(400).end(REFUSAL))
    const reply = await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect([reply.status, await reply.text()]).toEqual([400, REFUSAL])
    expect(upstream.seen).toHaveLength(2)
  })

  test('is logged with how many results it concerns', async ({ edge }) => {
    await edge.post(MESSAGES_PATH, thinkingBody(2))
    await post(edge.adminUrl)
    const [line] = edge.lines.filter(({ msg }) => String(msg).startsWith('unpinned'))
    expect(line).toMatchObject({ level: 'warn', results: 2, by: 'unpin' })
  })

  test.for<[string, Record<string, string>]>([
    ['of another site', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://127.0.0.1:3000' }],
    ['that hides where it is', { origin: 'null' }],
    ['that its browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that its browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ])('is refused to a page %s', async ([, headers], { edge, upstream }) => {
    await edge.post(MESSAGES_PATH, thinkingBody(1))
    expect((await post(edge.adminUrl, headers)).status).toBe(403)
    await edge.post(MESSAGES_PATH, thinkingBody(2))
    expect(asCame(upstream.seen[1]!.body, 1)).toEqual([false])
  })

  test('is refused under the name of a page that was rebound to this machine', async ({ edge }) => {
    const request = 'POST /unpin HTTP/1.1\r\nhost: rebound.example\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
    const client = rawClient(Number(new URL(edge.adminUrl).port), request)
    expect(await within('the refusal', client.closed)).toMatch(/^HTTP\/1.1 403 /)
  })

  test('is no GET, which a link could send', async ({ edge }) => {
    expect((await fetch(`${edge.adminUrl}/unpin`)).status).toBe(404)
  })

  test('is not served to clients, on the data port', async ({ edge, upstream }) => {
    await edge.post(MESSAGES_PATH, thinkingBody(1))
    await post(edge.url)
    await edge.post(MESSAGES_PATH, thinkingBody(2))
    expect(asCame(upstream.seen.at(-1)!.body, 1)).toEqual([false])
  })
})

describe('PC-7: compression.unpin in the policy', () => {
  const spec = (unpin: boolean): object => ({ compression: { unpin } })

  test('counts when it is switched on, and once', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { pollMs: 50, spec: spec(false) })
    await edge.post(MESSAGES_PATH, thinkingBody(1))
    await edge.setPolicy(spec(true))
    await applied(edge)
    for (const turns of [2, 3]) await edge.post(MESSAGES_PATH, thinkingBody(turns))
    expect(upstream.seen.map(({ body }, nth) => asCame(body, nth + 1))).toEqual([
      [false],
      [true, false],
      [true, false, false],
    ])
  })

  test('is not switched off by a call that began before it was switched on', async ({ startEdge, upstream }) => {
    const edge = await startEdge(upstream.url, { pollMs: 50, spec: spec(false) })
    const [head, body] = requestText(
      'POST',
      MESSAGES_PATH,
      ['x-api-key: other', 'connection: close'],
      thinkingBody(1),
    ).split('\r\n\r\n')
    const client = edge.connect(`${head}\r\n\r\n`)
    // It is accepted, and its body is on its way.
    await edge.post(MESSAGES_PATH, thinkingBody(1))
    await edge.setPolicy(spec(true))
    await applied(edge)
    await edge.post(MESSAGES_PATH, thinkingBody(2))
    client.socket.write(body ?? '')
    await within('the slow call', client.closed)
    await edge.post(MESSAGES_PATH, thinkingBody(3))
    expect(asCame(upstream.seen.at(-1)!.body, 3)).toEqual([true, false, false])
    expect(edge.lines.filter(({ msg }) => String(msg).startsWith('unpinned'))).toHaveLength(1)
  })
})

describe('m2m unpin', () => {
  const unpin = (admin: string): ReturnType<typeof runCli> => runCli(['unpin', '--admin', admin])

  test('tells how many results are concerned', async ({ edge }) => {
    await edge.post(MESSAGES_PATH, thinkingBody(1))
    const { code, stdout } = await unpin(edge.adminUrl)
    expect([code, stdout.toString()]).toEqual([0, '1 result is sent as they came from now on\n'])
  })

  test.for([
    ['where nothing listens', NOWHERE, /no sidecar answers at http:\/\/127.0.0.1:9;/],
    ['without a scheme', 'localhost:4142', /takes a URL such as/],
    ['of another scheme', 'file:///etc', /takes a URL such as/],
    ['that is none', 'not a url', /takes a URL such as/],
  ] as const)('says what is wrong with an address %s', async ([, admin, message]) => {
    const { code, stderr } = await unpin(admin)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test.for<[string, number, string]>([
    ['404', 404, '{}'],
    ['200 with a page', 200, '<html>'],
    ['200 with other JSON', 200, '{"ok":true}'],
    ['200 with null', 200, 'null'],
  ])('tells a server that is no sidecar: %s', async ([, status, body], { upstream }) => {
    upstream.replyWith((res) => res.writeHead(status).end(body))
    const { code, stdout, stderr } = await unpin(upstream.url)
    expect([code === 0, stdout.toString()]).toEqual([false, ''])
    expect(stderr).toMatch(/is it a sidecar's admin port\?/)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('is refused at the data port of a sidecar', async ({ edge }) => {
    const { code, stderr } = await unpin(edge.url)
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/answers 404 to POST \/unpin/)
  })
})

/** Waits until the policy's edit is in force. */
async function applied(edge: Edge): Promise<void> {
  await expect.poll(() => edge.lines.some(({ msg }) => msg === 'policy applied')).toBe(true)
}
