/** The sidecar as a process of its own: what only the environment of a process can say. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { MAIN } from '../../cli/run-cli.ts'
import { createAuthority } from '../../support/certificates.ts'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { startEgressProxy } from '../../support/egress-proxy.ts'
import { closeAfterTest, test as wireTest } from '../../support/wire.ts'

interface Secured {
  readonly port: number
  /** The path of its authority. */
  readonly caFile: string
}

const test = wireTest
  /** @returns the data port's URL */
  .extend('run', ({ onTestFinished }) => async (upstream: string, env: Record<string, string>): Promise<string> => {
    const args = [MAIN, 'proxy', '--port', '0', '--admin-port', '0', '--upstream', upstream]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let log = ''
    child.stdout.on('data', (chunk) => {
      log += chunk
    })
    await expect.poll(() => log, { timeout: 25_000 }).toContain('sidecar ready')
    const line = log.split('\n').find((text) => text.includes('sidecar ready')) ?? '{}'
    return (JSON.parse(line) as { data: string }).data
  })
  .extend('secured', async ({ onTestFinished }): Promise<Secured> => {
    const folder = await mkdtemp(join(tmpdir(), 'm2m-ca-'))
    const authority = await createAuthority()
    const caFile = join(folder, 'ca.pem')
    await writeFile(caFile, authority.cert)
    const server = createServer(await authority.issue({ names: ['llm.example', 'localhost'] }), (req, res) => {
      req.resume()
      res.end('{}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(async () => {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true })
    })
    return { port: (server.address() as AddressInfo).port, caFile }
  })

async function statusOf(url: string): Promise<number> {
  return (await fetch(url + CHAT_PATH, { method: 'POST', body: chatBody() })).status
}

test('HTTP_PROXY gets one tunnel, with NODE_USE_ENV_PROXY as without', async ({ run, upstream, onTestFinished }) => {
  for (const NODE_USE_ENV_PROXY of ['', '1']) {
    const portOf = (): number => Number(new URL(upstream.url).port)
    const proxy = await closeAfterTest(startEgressProxy({ portOf }), onTestFinished)
    const url = await run('http://llm.example:8080', { HTTP_PROXY: proxy.url, NO_PROXY: '', NODE_USE_ENV_PROXY })
    expect([await statusOf(url), await statusOf(url)]).toEqual([200, 200])
    expect([proxy.asked.map(({ authority }) => authority), proxy.plain]).toEqual([['llm.example:8080'], []])
  }
})

test('https_proxy and SSL_CERT_FILE lead to a provider behind both', async ({ run, secured, onTestFinished }) => {
  const proxy = await closeAfterTest(startEgressProxy({ portOf: () => secured.port }), onTestFinished)
  const env = { https_proxy: proxy.url, HTTPS_PROXY: 'http://127.0.0.1:9', SSL_CERT_FILE: secured.caFile }
  const url = await run('https://llm.example', env)
  expect(await statusOf(url)).toBe(200)
  expect(proxy.asked.map(({ authority }) => authority)).toEqual(['llm.example:443'])
})

test('NODE_EXTRA_CA_CERTS holds beside SSL_CERT_FILE', async ({ run, secured }) => {
  const other = `${secured.caFile}.other`
  await writeFile(other, (await createAuthority('CN=Other')).cert)
  const env = { NODE_EXTRA_CA_CERTS: secured.caFile, SSL_CERT_FILE: other }
  expect(await statusOf(await run(`https://localhost:${secured.port}`, env))).toBe(200)
})
