/** Programs that tests start end with them. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'program.ts')

test('a program and its folder go with the process that started it, even when that is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-program-'))
  const script = `
    const { startProgram } = await import(${JSON.stringify(PROGRAM)})
    console.log(startProgram('sleep', ['600'], ${JSON.stringify({ log: join(folder, 'log'), folder })}).pid)
    setInterval(() => undefined, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(owner.stdout, 'data')) as [Buffer]
  const pid = Number(line.toString())
  expect(isAlive(pid)).toBe(true)
  owner.kill('SIGKILL')
  await expect.poll(() => isAlive(pid)).toBe(false)
  await expect.poll(() => existsSync(folder)).toBe(false)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
