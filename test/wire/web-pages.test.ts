/** Pages of other origins in a real browser: all that a page can send, and none of it reaches a provider or a figure. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { chatBody } from '../support/chat-call.ts'
import { REBOUND, startBrowser } from '../support/chromium/chromium.ts'
import { closeAfterTest, test as wireTest } from '../support/wire.ts'

interface Attacker {
  readonly port: number
  /** What the page could read, by attempt. */
  readonly reported: Promise<Readonly<Record<string, string>>>
  close(): Promise<void>
}

const test = wireTest.extend('browser', { scope: 'file' }, () => startBrowser())

/** Each attempt is what a page needs no permission for, or has by a name of its own. */
function pageOf(data: string, admin: string): string {
  const rebound = (url: string): string => url.replace('127.0.0.1', REBOUND)
  return `<!doctype html><iframe name="sink"></iframe><script>
const body = ${JSON.stringify(chatBody())}
const read = async (url, options) => {
  try {
    const reply = await fetch(url, options)
    return reply.type + ' ' + reply.status + ' ' + (await reply.text()).slice(0, 60)
  } catch (error) {
    return 'blocked'
  }
}
const opened = (url) => new Promise((resolve) => {
  const socket = new WebSocket(url)
  socket.onopen = () => resolve('open')
  socket.onerror = () => resolve('blocked')
})
const image = (url) => new Promise((resolve) => {
  const img = new Image()
  img.onload = () => resolve('loaded')
  img.onerror = () => resolve('blocked')
  img.src = url
})
const form = (url) => new Promise((resolve) => {
  const form = document.createElement('form')
  form.method = 'POST'
  form.enctype = 'text/plain'
  form.action = url
  form.target = 'sink'
  form.innerHTML = '<input name="{&quot;model&quot;:&quot;gpt-4o&quot;,&quot;x&quot;:&quot;" value="&quot;}">'
  document.body.append(form)
  document.querySelector('iframe').onload = () => resolve('sent')
  form.submit()
})
const main = async () => {
  const results = {}
  results.simplePost = await read('${data}/v1/chat/completions', { method: 'POST', mode: 'no-cors', body })
  results.corsPost = await read('${data}/v1/chat/completions', { method: 'POST', body })
  results.json = await read('${data}/v1/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  results.ollama = await read('${data}/api/chat', { method: 'POST', mode: 'no-cors', body })
  results.engine = await read('${data}/v1/compress', { method: 'POST', mode: 'no-cors', body })
  results.beacon = String(navigator.sendBeacon('${data}/api/generate', body))
  results.stats = await read('${data}/stats')
  results.adminStats = await read('${admin}/stats')
  results.metrics = await read('${admin}/metrics')
  results.unpin = await read('${admin}/unpin', { method: 'POST', mode: 'no-cors' })
  results.preview = await read('${admin}/preview', { method: 'POST', mode: 'no-cors', body: '{"sample":"a"}' })
  results.image = await image('${data}/stats')
  results.form = await form('${data}/v1/responses')
  results.socket = await opened('${data.replace('http', 'ws')}/v1/realtime')
  results.reboundPost = await read('${rebound(data)}/v1/chat/completions', { method: 'POST', mode: 'no-cors', body })
  results.reboundStats = await read('${rebound(data)}/stats')
  results.reboundPage = await read('${rebound(admin)}/stats')
  await fetch('/report', { method: 'POST', body: JSON.stringify(results) })
}
main()
</script>`
}

async function startAttacker(page: string): Promise<Attacker> {
  const reported = Promise.withResolvers<Readonly<Record<string, string>>>()
  const server = createServer(async (req, res) => {
    if (req.method === 'POST') {
      let text = ''
      for await (const chunk of req) text += chunk
      reported.resolve(JSON.parse(text))
    }
    res.setHeader('content-type', 'text/html').end(req.method === 'POST' ? '' : page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    reported: reported.promise,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const SENT = [
  'simplePost POST /v1/chat/completions',
  'json OPTIONS /v1/messages',
  'ollama POST /api/chat',
  'engine POST /v1/compress',
  'beacon POST /api/generate',
  'form POST /v1/responses',
  'image GET /stats',
  'socket GET /v1/realtime',
  'unpin POST /unpin',
  'preview POST /preview',
  'metrics GET /metrics',
]

test.for([REBOUND, 'localhost', '127.0.0.1'])(
  'a page of http://%s on another port reads and sends nothing',
  async (host, { browser, edge, upstream, skip, onTestFinished }) => {
    if (typeof browser === 'string') return skip(browser)
    const attacker = await closeAfterTest(startAttacker(pageOf(edge.url, edge.adminUrl)), onTestFinished)
    const results = await browser.visit(`http://${host}:${attacker.port}/`, attacker.reported)

    expect(upstream.seen).toEqual([])
    // Opaque: the page cannot read it.
    for (const [attempt, result] of Object.entries(results)) {
      if (attempt !== 'form' && attempt !== 'beacon')
        expect([attempt, result]).toEqual([attempt, expect.stringMatching(/^(?:blocked|opaque 0 )/)])
    }
    // The browser sent them all: it is the sidecar that refused.
    const refused = edge.lines
      .filter(({ error }) => error === 'CALLER_REFUSED')
      .map(({ method, path }) => `${method} ${path}`)
    for (const sent of SENT) expect(refused).toContain(sent.slice(sent.indexOf(' ') + 1))
    expect(edge.calls()).toEqual([])
  },
)

test('the savings page works, by each of its addresses', async ({ browser, edge, skip }) => {
  if (typeof browser === 'string') return skip(browser)
  await edge.post('/v1/chat/completions', chatBody())
  for (const host of ['127.0.0.1', 'localhost']) {
    const text = await browser.documentOf(edge.adminUrl.replace('127.0.0.1', host))
    expect(text).toMatch(/id="saved"[^>]*>0</)
  }
  expect(edge.lines.filter(({ error }) => error !== undefined)).toEqual([])
})
