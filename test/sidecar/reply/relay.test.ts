import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createGates } from '../../../sidecar/call/gate.ts'
import { inTurns } from '../../../sidecar/in-turns.ts'
import { Relay } from '../../../sidecar/reply/relay.ts'
import { type Dialect, dialectByName } from '../../../src/core/dialect/index.ts'
import { M2MError } from '../../../src/core/errors.ts'

const chat = dialectByName('openai-chat')

/** A caller's side of a call. */
async function caller(): Promise<{ res: ServerResponse; text: Promise<string> }> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  const asked = once(server, 'request')
  const reply = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [, res] = await asked
  return { res, text: reply.then((got) => got.text()) }
}

function relayOf(res: ServerResponse, dialect: Dialect): Relay {
  const gates = createGates({ size: 9 })
  const relay = new Relay(res, { envelope: 'openai', notes: () => [], pingMs: 0, gates })
  const options = {
    notes: () => [],
    isStreamAsked: true,
    relocate: (place: string) => place,
    isUsageHidden: () => false,
  }
  relay.open({ dialect, ...options }, () => ({ attempts: 1, abort() {}, resume() {} }))
  return relay
}

const HEAD = {
  status: 200,
  statusMessage: 'OK',
  rawHeaders: [Buffer.from('content-type'), Buffer.from('text/event-stream')],
}

test('a fault of ours in the last piece ends the stream with an error, and the call once', async () => {
  const { res, text } = await caller()
  const reader = chat.streamReader()
  const broken: Dialect = {
    ...chat,
    streamReader: () =>
      ({
        isEnded: false,
        facts: () => reader.facts(),
        get read(): never {
          throw new Error('broken')
        },
        get event(): never {
          throw new Error('broken')
        },
      }) as unknown as ReturnType<Dialect['streamReader']>,
  }
  const relay = relayOf(res, broken)
  relay.start(HEAD)
  relay.data(Buffer.from('data: {"usage":{"prompt_tokens":1}}'))
  relay.end()
  const ending = await inTurns(relay.ended())
  expect(ending).toMatchObject({ error: { code: 'INTERNAL' } })
  await text.catch(() => undefined)
})

test('a reply that has come whole stays whole, though a drain ends its call before it is passed on', async () => {
  const { res, text } = await caller()
  const relay = relayOf(res, chat)
  relay.start({ ...HEAD, rawHeaders: [Buffer.from('content-type'), Buffer.from('application/json')] })
  relay.data(Buffer.from('{"choices":[]}'))
  relay.end()
  relay.fail(new M2MError('this sidecar is shutting down', { code: 'DRAINING' }))
  expect(await text).toBe('{"choices":[]}')
  expect(await inTurns(relay.ended())).toMatchObject({ status: 200, error: undefined })
})
