import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { listSettings } from '../../sidecar/config/settings.ts'
import { COMMANDS } from '../../src/cli/commands.ts'
import { startMock } from '../../src/mock/index.ts'
import { MAIN, runCli } from './run-cli.ts'

const home = mkdtempSync(join(tmpdir(), 'proxy-'))
afterAll(() => rmSync(home, { recursive: true }))
const env = { HOME: home, M2M_PROXY_PORT: '0', M2M_ADMIN_PORT: '0' }

test('has every flag of the settings, and one for the settings file', async () => {
  const command = await COMMANDS['proxy']!.load()
  const settings = listSettings().flatMap(([, { arg }]) => arg ?? [])
  expect(Object.keys(command.options).sort()).toEqual([...settings, 'config'].sort())
})

test('serves until it is told to end', async () => {
  const mock = await startMock()
  const child = spawn(process.execPath, [MAIN, 'proxy', '--upstream', `${mock.url}/v1`], {
    env: { ...process.env, ...env },
  })
  try {
    const url = await addressOf(child)
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}',
    })
    expect(reply.status).toBe(200)
    expect(mock.requests).toHaveLength(1)
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  } finally {
    child.kill('SIGKILL')
    await mock.close()
  }
})

test('stays up without its upstream', async () => {
  const child = spawn(process.execPath, [MAIN, 'proxy', '--upstream', 'http://127.0.0.1:9/v1'], {
    env: { ...process.env, ...env },
  })
  try {
    const url = await addressOf(child)
    const ask = (): Promise<Response> => fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{}' })
    expect((await ask()).status).toBe(502)
    expect((await ask()).status).toBe(502)
  } finally {
    child.kill('SIGKILL')
  }
})

test('says that its port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  try {
    const ended = await runCli(['proxy', '--port', String(port)], { env })
    expect(ended.stderr).toMatch(new RegExp(`^m2m: port ${port} on 127.0.0.1 is in use`))
    expect(ended.code).toBe(1)
  } finally {
    server.close()
  }
})

test.each([
  [['--port', '99999'], /--port: must be a port number from 0 to 65535/],
  [['--prot', '80'], /unknown flag --prot \(did you mean --port\?\)/],
  [['--upstream', 'nonsense'], /--upstream: /],
  [['--config', 'no-such-file.toml'], /no-such-file\.toml: /],
  [['--mode', 'Adit'], /--mode is one of Disabled, Audit, Enforce, not "Adit" \(did you mean Audit\?\)/],
])('%j is used wrongly', async (args, message) => {
  const ended = await runCli(['proxy', ...args], { env })
  expect(ended.stderr).toMatch(message)
  expect(ended.code).toBe(2)
})

test.each([
  ['broken YAML', 'spec: {', /policy\.yaml:1/],
  [
    'a typo in a field',
    'apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: a }\nspec: { compresion: {} }\n',
    /policy\.yaml:4: spec\.compresion: unknown field; did you mean compression\?/,
  ],
  ['no file there', undefined, /policy\.yaml: there is no such file or folder/],
])('does not start with %s in its policy', async (_, text, message) => {
  const file = join(home, 'policy.yaml')
  if (text === undefined) rmSync(file, { force: true })
  else writeFileSync(file, text)
  const ended = await runCli(['proxy', '--policy', file], { env })
  expect(ended.stderr).toMatch(message)
  expect(ended.code).toBe(2)
})

/** The data port's address, from its log. */
async function addressOf(child: ChildProcess): Promise<string> {
  let log = ''
  for await (const chunk of child.stdout!) {
    log += chunk
    const found = /"data":"(http:[^"]+)"/.exec(log)?.[1]
    if (found !== undefined) return found
  }
  throw new Error(`the proxy ended: ${log}`)
}
