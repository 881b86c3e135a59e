/** Calls that are not plain: bypassed, signed, on behalf of a person, refused by us, failed at the provider, not LLM calls. */

import { type Exchange, post, toolResult } from './exchange.ts'
import { REPLY_KINDS, type ReplyKind } from './replies.ts'

const RECORDS = JSON.stringify(
  Array.from({ length: 40 }, (_, n) => ({ id: 1000 + n, name: `node-${n}`, ready: n % 7 !== 0, zone: 'b' })),
  undefined,
  2,
)
const CHAT = '/v1/chat/completions'
const PATHS = [CHAT, '/v1/messages', '/v1/responses', '/openai/v1/chat/completions', '/api/chat', '/v1/completions']

export function* edges(): Generator<Exchange, void> {
  yield* withHeaders()
  yield* unusualBodies()
  yield* otherCalls()
  yield* ownPaths()
  for (const path of PATHS) {
    for (const kind of REPLY_KINDS) yield post(`${path} answered ${kind}`, path, bodyFor(path, kind), kind)
  }
}

function bodyFor(path: string, kind: ReplyKind): object {
  const stream = kind.startsWith('stream')
  if (path === '/v1/responses') return { model: 'gpt-4o', stream, input: `What is wrong?\n${kind}` }
  if (path === '/v1/completions') return { model: 'gpt-3.5-turbo-instruct', stream, prompt: kind }
  if (path !== '/v1/messages') return { ...toolResult(`${RECORDS}\n${kind}`), stream }
  const result = [{ type: 'tool_result', tool_use_id: 'a', content: `${RECORDS}\n${kind}` }]
  return {
    model: 'claude-sonnet-4-5',
    max_tokens: 1024,
    stream,
    system: 'You operate a cluster. '.repeat(400),
    messages: [
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'list', input: {} }] },
      { role: 'user', content: result },
    ],
  }
}

function* withHeaders(): Generator<Exchange, void> {
  const plain = post('', CHAT, toolResult(RECORDS), 'whole')
  const more: readonly (readonly [string, string])[][] = [
    [['x-m2m-bypass', 'true']],
    [['x-m2m-session', 'session-1']],
    [['authorization', 'Bearer sk-ant-oat01-subscription']],
    [['anthropic-beta', 'oauth-2025-04-20']],
    [['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']],
    [['authorization', 'AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/bedrock/aws4_request, Signature=ab']],
    [['x-m2m-token', 'none-is-asked-for']],
    [['accept-encoding', 'gzip, br, zstd']],
    [
      ['connection', 'x-hop'],
      ['x-hop', '1'],
      ['te', 'trailers'],
    ],
    [['content-type', 'text/plain']],
    [['content-encoding', 'gzip']],
    [['expect', '100-continue']],
    [['origin', 'https://evil.example']],
    [['host', 'evil.example']],
    [
      ['X-Mixed-Case', 'a'],
      ['X-Mixed-Case', 'b'],
    ],
  ]
  for (const headers of more) {
    const names = new Set(headers.map(([name]) => name))
    const kept = plain.headers.filter(([name]) => !names.has(name))
    const name = `with ${headers.map((header) => header.join(': ')).join(', ')}`
    yield { ...plain, name, headers: [...kept, ...headers] }
  }
}

function* unusualBodies(): Generator<Exchange, void> {
  const cases: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['cut short', '{"model":"gpt-4o","messages":[{"role":'],
    ['not an object', '[1,2,3]'],
    ['with a byte order mark', '\ufeff{"model":"gpt-4o","messages":[]}'],
    ['with white space', '\n { "model" : "gpt-4o" , "messages" : [ { "role" : "user" , "content" : "hi" } ] } \n'],
    ['with members said twice', '{"model":"a","model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}'],
    ['with escapes', '{"model":"gpt-4o","messages":[{"role":"tool","tool_call_id":"a","content":"\\u00e9\\ud83d"}]}'],
    ['deep', `{"model":"gpt-4o","messages":[{"role":"user","content":${'['.repeat(2000)}${']'.repeat(2000)}}]}`],
    ['with big numbers', '{"model":"gpt-4o","seed":12345678901234567890,"temperature":1.0e-7,"messages":[]}'],
    ['of an unknown model', '{"model":"no-such-model-9","messages":[{"role":"user","content":"hi"}]}'],
  ]
  for (const [name, body] of cases) yield post(`a body ${name}`, CHAT, Buffer.from(body), 'whole')
  const large = Array.from({ length: 30_000 }, (_, n) => `2026-03-01T04:05:${n % 60}Z orders request ${n * 7919} done`)
  // A refused one is answered before or after its second piece: that is no difference of two builds.
  for (const path of [CHAT, '/v1/messages']) {
    yield { ...post(`in two pieces to ${path}`, path, bodyFor(path, 'whole'), 'whole'), isChunked: true }
  }
  yield post('a body of 1.5 MB', CHAT, toolResult(large.join('\n')), 'whole')
}

function* otherCalls(): Generator<Exchange, void> {
  const calls: readonly (readonly [string, string])[] = [
    ['GET', '/v1/models'],
    ['GET', '/v1/models/gpt-4o?x=1'],
    ['DELETE', '/v1/files/file-1'],
    ['GET', '/no/such/path'],
    ['GET', '/anthropic/v1/models'],
    ['OPTIONS', CHAT],
    ['HEAD', '/v1/models'],
    ['GET', CHAT],
    ['GET', '/'],
  ]
  for (const [method, path] of calls) {
    const headers = [['authorization', 'Bearer sk-test-same-bytes']] as const
    yield { name: `${method} ${path}`, method, path, headers, body: undefined, reply: 'whole' }
  }
  yield post('embeddings', '/v1/embeddings', { model: 'text-embedding-3-small', input: RECORDS }, 'whole')
  yield post('a count of tokens', '/v1/messages/count_tokens', bodyFor('/v1/messages', 'whole'), 'whole')
  yield post('a compaction', '/v1/responses/compact', { model: 'gpt-4o', input: 'hi' }, 'whole')
  yield post('compression on request', '/v1/compress', toolResult(RECORDS), 'whole')
}

/** What the sidecar answers itself, but for figures that differ by time. */
function* ownPaths(): Generator<Exchange, void> {
  for (const path of ['/health', '/_m2m/health', '/_m2m/openapi.json', '/v1/compress', '/_m2m/no-such', '//health/']) {
    yield { name: `GET ${path}`, method: 'GET', path, headers: [], body: undefined, reply: 'whole' }
  }
  for (const body of ['', '{', '[]', '{"model":"gpt-4o"}', '{"text":"hello"}']) {
    yield post(`compression on request of ${JSON.stringify(body)}`, '/v1/compress', Buffer.from(body), 'whole')
    yield post(`decompression of ${JSON.stringify(body)}`, '/v1/decompress', Buffer.from(body), 'whole')
  }
  for (const path of ['/', '/livez', '/readyz', '/startupz', '/no/such', '/v1/models', '/favicon.ico']) {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
      yield {
        name: `${method} ${path}, admin`,
        method,
        path,
        headers: [],
        body: undefined,
        reply: 'whole',
        port: 'admin',
      }
    }
  }
  yield { ...post('a preview', '/preview', { sample: RECORDS }, 'whole'), port: 'admin' }
  yield { ...post('a preview of nothing', '/preview', {}, 'whole'), port: 'admin' }
  yield { ...post('a chat, admin', CHAT, toolResult(RECORDS), 'whole'), port: 'admin' }
}
