/** Which addresses a call may reach: what is refused gets no connection, so not a byte. */

import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import OpenAI from 'openai'
import { describe, expect } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { test as wireTest } from '../../support/wire.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'

interface Watched {
  readonly port: number
  /** Connections by the address that they reached. */
  readonly reached: string[]
}

const test = wireTest
  /** The same port on 127.0.0.1 and 127.0.0.2: answers on both, and says which was dialled. */
  .extend('watched', async ({ onTestFinished }): Promise<Watched> => {
    const reached: string[] = []
    const accept = (socket: Socket): void => {
      reached.push(String(socket.localAddress))
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => chunk.includes('\r\n\r\n') && socket.end(OK))
    }
    const servers: Server[] = []
    const listen = async (host: string, port: number): Promise<number> => {
      const server = createServer(accept).listen(port, host)
      servers.push(server)
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    }
    const port = await listen('127.0.0.1', 0)
    await listen('127.0.0.2', port)
    onTestFinished(() => void servers.map((server) => server.close()))
    return { port, reached }
  })

type Message = { error: { message: string; code: string } }

function resolvingTo(...answers: readonly string[][]): {
  asked: string[]
  lookup: (name: string) => Promise<string[]>
} {
  const asked: string[] = []
  return {
    asked,
    lookup: async (name) => {
      asked.push(name)
      return answers[Math.min(asked.length, answers.length) - 1] ?? []
    },
  }
}

describe('a name', () => {
  test.for([
    ['127.0.0.1', 'loopback', 'a list of CIDRs'],
    ['::ffff:127.0.0.1', 'loopback', 'a list of CIDRs'],
    ['10.0.0.1', 'private', 'providers[].addresses: Private, or a list of CIDRs'],
    ['::ffff:10.0.0.1', 'private', 'providers[].addresses: Private, or a list of CIDRs'],
    ['169.254.169.254', 'metadata', 'such addresses are always refused'],
    ['64:ff9b::a9fe:a9fe', 'metadata', 'such addresses are always refused'],
    ['fe80::1', 'link-local', 'such addresses are always refused'],
    ['0.0.0.0', 'unspecified', 'such addresses are always refused'],
    ['0x7f.1', 'no address', 'such addresses are always refused'],
    ['2130706433', 'no address', 'such addresses are always refused'],
  ] as const)(
    'that resolves to %s is refused, and told why',
    async ([address, kind, remedy], { startEdge, watched }) => {
      const { lookup } = resolvingTo([address])
      const edge = await startEdge(`http://llm.example:${watched.port}`, { lookup })
      const reply = await edge.post(CHAT_PATH, chatBody())
      const { error } = (await reply.json()) as Message
      expect([reply.status, error.code]).toEqual([502, 'UPSTREAM_ADDRESS_REFUSED'])
      expect(reply.headers.get('x-should-retry')).toBe('false')
      expect(error.message).toContain(`provider openai: llm.example resolves to ${kind} addresses only`)
      expect(error.message).toContain(remedy)
      expect(watched.reached).toEqual([])
    },
  )

  test('that the policy’s list permits is dialled; the list alone decides', async ({ startEdge, watched }) => {
    const { lookup } = resolvingTo(['127.0.0.1', '127.0.0.2'])
    const provider = { addresses: ['127.0.0.2/32'] }
    const edge = await startEdge(`http://llm.example:${watched.port}`, { lookup, provider })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(watched.reached).toEqual(['127.0.0.2', '127.0.0.2'])
    expect(edge.lines.filter(({ msg }) => String(msg).includes('left out'))).toEqual([
      expect.objectContaining({ level: 'warn', kinds: ['loopback'] }),
    ])
  })

  test('is looked up once a connection, so what was checked is what is dialled', async ({ startEdge, watched }) => {
    const { asked, lookup } = resolvingTo(['127.0.0.2'], ['127.0.0.1'])
    const provider = { addresses: ['127.0.0.2'] }
    const edge = await startEdge(`http://llm.example:${watched.port}`, { lookup, provider })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect([asked, watched.reached]).toEqual([['llm.example'], ['127.0.0.2']])
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(502)
    expect([asked.length, watched.reached]).toEqual([2, ['127.0.0.2']])
  })

  test('is followed when it moves: a new connection resolves anew', async ({ startEdge, watched }) => {
    const { lookup } = resolvingTo(['127.0.0.1'], ['127.0.0.2'])
    const provider = { addresses: ['127.0.0.0/8'] }
    const edge = await startEdge(`http://llm.example:${watched.port}`, { lookup, provider })
    for (const _ of [1, 2]) expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(watched.reached).toEqual(['127.0.0.1', '127.0.0.2'])
  })
})

describe('as itself', () => {
  test('an address in the base URL is reached without a look-up', async ({ startEdge, watched }) => {
    const { asked, lookup } = resolvingTo(['10.0.0.1'])
    const edge = await startEdge(`http://127.0.0.2:${watched.port}`, { lookup })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect([asked, watched.reached]).toEqual([[], ['127.0.0.2']])
  })

  test('localhost is loopback, and nothing else', async ({ startEdge, watched }) => {
    const { lookup } = resolvingTo(['127.0.0.1'], ['10.0.0.1'])
    const edge = await startEdge(`http://localhost:${watched.port}`, { lookup })
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(200)
    expect(watched.reached).toEqual(['127.0.0.1'])
    expect((await edge.post(CHAT_PATH, chatBody())).status).toBe(502)
  })
})

test('a redirect is the caller’s to follow: its target gets nothing', async ({ startEdge, upstream, watched }) => {
  const location = `http://127.0.0.2:${watched.port}/latest/meta-data`
  upstream.replyWith((res) => res.writeHead(307, { location }).end())
  const edge = await startEdge(upstream.url)
  const reply = await fetch(edge.url + CHAT_PATH, { method: 'POST', body: chatBody(), redirect: 'manual' })
  expect(reply.status).toBe(307)
  expect(watched.reached).toEqual([])
})

test('a refusal is not asked for again by an SDK', async ({ startEdge, watched }) => {
  const { asked, lookup } = resolvingTo(['127.0.0.1'])
  const edge = await startEdge(`http://llm.example:${watched.port}`, { lookup })
  const client = new OpenAI({ apiKey: 'key', baseURL: `${edge.url}/v1` })
  const messages = [{ role: 'user' as const, content: 'hello' }]
  await expect(client.chat.completions.create({ model: 'gpt-4o', messages })).rejects.toThrow(/addresses/)
  expect([asked.length, watched.reached.length]).toEqual([1, 0])
})
