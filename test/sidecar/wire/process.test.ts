/** The sidecar as a process: SIGTERM drains and exits with 0, a second signal ends it at once. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { CHAT_PATH, chatBody } from '../../support/chat-call.ts'
import { testConfig } from '../../support/test-config.ts'
import { test as wireTest } from '../../support/wire.ts'
import { within } from '../../support/within.ts'

type Otlp = { readonly endpoint: string }

interface Running {
  readonly child: ChildProcess
  /** The exit code and the signal. */
  readonly exited: Promise<unknown[]>
  /** A call that the upstream has and does not answer yet. */
  startCall(): Promise<{ answered: Promise<Response>; reply: ServerResponse }>
  /** Waits until new calls are refused. */
  draining(): Promise<void>
}

const test = wireTest.extend(
  'run',
  ({ upstream, onTestFinished }) =>
    async (graceMs: number, otlp?: Otlp): Promise<Running> => {
      const folder = await mkdtemp(join(tmpdir(), 'm2m-process-'))
      onTestFinished(() => rm(folder, { recursive: true }))
      const proxy = { upstreams: [{ name: 'openai', url: upstream.url }] }
      const script = join(folder, 'run.ts')
      await writeFile(
        script,
        programOf(testConfig({ proxy, log: { level: 'info' }, drain: { graceMs }, ...(otlp && { otlp }) })),
      )
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      const exited = once(child, 'exit')
      const url = await dataUrlOf(child)
      const call = (): Promise<Response> => fetch(url + CHAT_PATH, { method: 'POST', body: chatBody() })
      return {
        child,
        exited,
        async startCall() {
          const arrived = Promise.withResolvers<ServerResponse>()
          upstream.replyWith(arrived.resolve)
          const answered = call()
          const reply = await within('the request', arrived.promise)
          // Calls that overtake the signal are answered.
          upstream.replyWith((res) => res.end('{}'))
          return { answered, reply }
        },
        draining: () => expect.poll(async () => (await call()).status).toBe(503),
      }
    },
)

function programOf(config: object): string {
  const main = new URL('../../../sidecar/main.ts', import.meta.url).href
  const run = `process.exitCode = await runSidecar(${JSON.stringify(config)})`
  return `import { runSidecar } from ${JSON.stringify(main)}\n${run}\n`
}

/** Read from the first line of the log. */
async function dataUrlOf(child: ChildProcess): Promise<string> {
  let log = ''
  child.stdout?.on('data', (chunk) => {
    log += chunk
  })
  await expect.poll(() => log, { timeout: 25_000 }).toContain('sidecar ready')
  return (JSON.parse(log.split('\n')[0] as string) as { data: string }).data
}

test('SIGTERM lets a live call finish, then the process exits with 0', async ({ run }) => {
  const { child, exited, startCall, draining } = await run(20_000)
  const { answered, reply } = await startCall()
  child.kill('SIGTERM')
  await draining()
  expect(child.exitCode).toBeNull()
  reply.end('{"id":"c"}')
  expect(await (await answered).text()).toBe('{"id":"c"}')
  expect(await within('the exit', exited)).toEqual([0, null])
})

test('SIGTERM during the start ends the process with 0 as well', async ({ onTestFinished }) => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-process-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const script = join(folder, 'run.ts')
  const main = new URL('../../../sidecar/main.ts', import.meta.url).href
  const run = `const code = runSidecar(${JSON.stringify(testConfig({}))})`
  const signal = `process.kill(process.pid, 'SIGTERM')\nprocess.exitCode = await code`
  await writeFile(script, `import { runSidecar } from ${JSON.stringify(main)}\n${run}\n${signal}\n`)
  const child = spawn(process.execPath, [script], { stdio: 'inherit' })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await within('the exit', once(child, 'exit'))).toEqual([0, null])
})

test('calls that outlast the grace time get their error, and the process exits with 0', async ({ run }) => {
  const { child, exited, startCall } = await run(500)
  const { answered } = await startCall()
  child.kill('SIGTERM')
  const reply = await within('the error', answered)
  expect([reply.status, reply.headers.get('connection')]).toEqual([503, 'close'])
  expect(await reply.text()).toContain('DRAINING')
  expect(await within('the exit', exited)).toEqual([0, null])
})

test('a second signal ends the process although a call is live', async ({ run }) => {
  const { child, exited, startCall, draining } = await run(60_000)
  const { answered } = await startCall()
  const failure = answered.catch((error: unknown) => error)
  child.kill('SIGTERM')
  await draining()
  child.kill('SIGTERM')
  expect(await within('the exit', exited)).toEqual([1, null])
  expect(await failure).toBeInstanceOf(Error)
})

describe('a collector of spans', () => {
  /** Takes each export and does with it as told. */
  async function collector(
    then: (socket: Socket) => void,
  ): Promise<{ readonly endpoint: string; readonly exported: Promise<void> }> {
    const { promise: exported, resolve } = Promise.withResolvers<void>()
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        resolve()
        then(socket)
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exported }
  }

  test.for([
    ['never answers', (_: Socket): void => undefined],
    ['refuses', (socket: Socket): void => void socket.end('HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n')],
    ['closes', (socket: Socket): void => void socket.destroy()],
  ] as const)('that %s holds up no end: the process exits within the grace time', async ([, then], { run }) => {
    const { endpoint, exported } = await collector(then)
    const { child, exited, startCall } = await run(8000, { endpoint })
    const { answered, reply } = await startCall()
    reply.end('{"id":"c"}')
    await answered
    child.kill('SIGTERM')
    await within('the export', exported)
    expect(await within('the exit', exited, 8000)).toEqual([0, null])
  })
})
