/** `Location` of a reply: a place at the provider leads back through the sidecar, to the same provider. */

import { describe, expect } from 'vitest'
import { chatBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

const ELSEWHERE = 'https://files.example.com/x?sig=a%2Fb'

/** Two providers at one upstream: one at the bare host, one under a path of its own. */
const test = wireTest.extend('edge', ({ startEdge, upstream }) => {
  const at = (name: string, path: string) => ({ name, baseURL: upstream.url + path, allowInsecure: true })
  return startEdge(upstream.url, {
    spec: { providers: [at('openai', '/v1'), at('team', '/team-a/v1'), at('bare', '')] },
  })
})

/** `{host}` stands for the upstream's origin. */
const PLACES: readonly (readonly [asked: string, location: string, ours: string])[] = [
  ['/v1/files/a', '{host}/v1/files/b?x=a%2Fb&y=%7E#part', '/openai/v1/files/b?x=a%2Fb&y=%7E#part'],
  ['/v1/files/a', '/v1/files/b', '/openai/v1/files/b'],
  ['/team/v1/files/a', '{host}/team-a/v1/files/b', '/team/team-a/v1/files/b'],
  ['/team/v1/files/a', '/team-a/v1/files/b', '/team/team-a/v1/files/b'],
  ['/team/v1/files/a', '/team-a/other/b', '/team/other/b'],
  ['/team/v1/files/a', '../../v1/b', '/team/team-a/v1/b'],
  ['/bare/health', '{host}/health/', '/bare/health/'],
  ['/bare/a/b', 'c', '/bare/a/c'],
  ['/bare/a/b', '?page=2', '/bare/a/b?page=2'],
  ['/bare/a/b', '{host}/a//b/%2e%41', '/bare/a//b/%2e%41'],
  ['/v1/files/a', ELSEWHERE, ELSEWHERE],
  ['/v1/files/a', '//files.example.com/x', '//files.example.com/x'],
  ['/v1/files/a', 'http://127.0.0.1:9/v1/files/b', 'http://127.0.0.1:9/v1/files/b'],
  ['/v1/files/a', 'mailto:a@b', 'mailto:a@b'],
  ['/v1/files/a', 'http://[', 'http://['],
  // Outside of the base's path, where no path of ours leads.
  ['/team/v1/files/a', '{host}/elsewhere', '{host}/elsewhere'],
  ['/team/v1/files/a', '/elsewhere?x#y', '{host}/elsewhere?x#y'],
]

describe.for([201, 302, 307])('a reply of %i', (status) => {
  test.for(PLACES)('to %s with location %s', async ([asked, location, ours], { edge, upstream }) => {
    const written = location.replace('{host}', upstream.url)
    upstream.replyWith((res) => res.writeHead(status, { Location: written }).end())
    const reply = await fetch(edge.url + asked, { redirect: 'manual' })
    expect(reply.status).toBe(status)
    expect(reply.headers.get('location')).toBe(ours.replace('{host}', upstream.url))
    expect(upstream.seen).toHaveLength(1)
  })
})

test('a reply of any other status keeps its location', async ({ edge, upstream }) => {
  upstream.replyWith((res) => res.writeHead(200, { location: `${upstream.url}/v1/x` }).end())
  expect((await fetch(`${edge.url}/v1/x`)).headers.get('location')).toBe(`${upstream.url}/v1/x`)
})

test.for([
  ['/v1/files/a', '/v1/files/b', '/v1/files/b'],
  ['/team/v1/files/a', '/team-a/v1/files/b?x=1', '/team-a/v1/files/b?x=1'],
  ['/bare/a/', '/b/', '/b/'],
])('a client that follows %s to %s comes back to the same provider', async ([asked, to, seen], { edge, upstream }) => {
  upstream.replyWith((res, { url }) => {
    if (url === to) res.end('there')
    else res.writeHead(302, { location: upstream.url + to }).end()
  })
  expect(await (await fetch(edge.url + asked)).text()).toBe('there')
  expect(upstream.seen.map(({ url }) => url).at(-1)).toBe(seen)
})

test('a call of a model that is sent elsewhere with its body comes back through the sidecar', async ({
  edge,
  upstream,
}) => {
  const to = '/team-a/v1/chat/completions?region=b'
  upstream.replyWith((res, { url }) => {
    if (url === to) res.end('{}')
    else res.writeHead(307, { location: upstream.url + to }).end()
  })
  await (await edge.post('/team/v1/chat/completions', chatBody())).text()
  expect(upstream.seen.map(({ url, body }) => [url, body.toString()])).toEqual([
    ['/team-a/v1/chat/completions', chatBody()],
    [to, chatBody()],
  ])
})
