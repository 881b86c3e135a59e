/** bin/m2m finds its own folder, whatever it is called by. */

import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const BIN = resolve('bin')

interface Caller {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

function versionBy(command: string, args: readonly string[], { cwd = '.', env = {} }: Caller = {}): string {
  const options = { cwd, env: { ...process.env, ...env }, encoding: 'utf8' } as const
  return execFileSync(command, [...args, '--version'], options)
}

test.each([
  ['an absolute path', `${BIN}/m2m`, { cwd: '/' }],
  ['a path from its root', 'bin/m2m', {}],
  ['a path from its own folder', './m2m', { cwd: BIN }],
  ['a path with two slashes', `${BIN}//m2m`, {}],
  ['a path with a dot', 'bin/./m2m', {}],
  ['a search path that ends in a slash', 'm2m', { cwd: '/', env: { PATH: `${BIN}/:${process.env['PATH']}` } }],
])('is found by %s', (_, command, caller: Caller) => {
  expect(versionBy(command, [], caller)).toMatch(/^m2m \d/)
})

test('is found by a shell that got its name alone', () => {
  expect(versionBy('sh', ['m2m'], { cwd: BIN, env: { CDPATH: '/' } })).toMatch(/^m2m \d/)
})

test.each([
  ['to itself', 'm2m', 'a link'],
  ['to its folder', '', 'a link/m2m'],
])('is found by a link %s', async (_, target, command) => {
  const folder = await mkdtemp(join(tmpdir(), 'm2m bin '))
  onTestFinished(() => rm(folder, { recursive: true }))
  await symlink(join(BIN, target), join(folder, 'a link'))
  expect(versionBy(join(folder, command), [])).toMatch(/^m2m \d/)
})
