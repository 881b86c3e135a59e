import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOwnKeys, type OwnKeys } from '../../../sidecar/request/own-keys.ts'

let folder: string
let path: string
let clock = 0
const log = { error: vi.fn(), info: vi.fn() }
let keys: OwnKeys

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'm2m-keys-'))
  path = join(folder, 'key')
  clock = 0
  vi.clearAllMocks()
  keys = createOwnKeys({ log, environment: {}, now: () => clock })
})
afterEach(() => rmSync(folder, { recursive: true }))

const key = (): string | undefined => keys.of({ key: { from: 'File', path } })

describe('a key of a file', () => {
  test('is read again when it changes, and the last good one holds while it cannot be read', async () => {
    writeFileSync(path, ' sk-1\n')
    expect(key()).toBe('sk-1')
    writeFileSync(path, 'sk-2')
    expect(key()).toBe('sk-1')
    clock = 1_000
    await expect.poll(key).toBe('sk-2')
    rmSync(path)
    clock = 3_000
    key()
    await expect.poll(() => log.error.mock.calls.length).toBe(1)
    expect(log.error.mock.calls[0]?.[1]).toContain('the last good one holds')
    clock = 5_000
    expect(key()).toBe('sk-2')
    writeFileSync(path, 'sk-3')
    await expect
      .poll(() => {
        clock += 1_000
        return key()
      })
      .toBe('sk-3')
    expect(log.error).toHaveBeenCalledTimes(1)
    expect(log.info).toHaveBeenCalledTimes(1)
  })

  test.each(['', '\n', 'two words', 'a\nb', 'é', 'x'.repeat(8193)])('is none where it holds %j', (text) => {
    writeFileSync(path, text)
    expect(key()).toBeUndefined()
    expect(log.error).toHaveBeenCalledTimes(1)
    expect(JSON.stringify(log.error.mock.calls)).not.toContain(text.trim() || '\u0000')
  })
})

test('a pipe, a device and a huge file are no key, and keep no call waiting', () => {
  execFileSync('mkfifo', [path])
  expect(key()).toBeUndefined()
  expect(keys.of({ key: { from: 'File', path: '/dev/zero' } })).toBeUndefined()
  const huge = join(folder, 'huge')
  writeFileSync(huge, ' '.repeat(1_000_000))
  expect(keys.of({ key: { from: 'File', path: huge } })).toBeUndefined()
  expect(log.error.mock.calls.map(([fields]) => fields.fault)).toEqual([
    'it is no file',
    'it is no file',
    'it is larger than 16384 bytes',
  ])
})

test('a variable that is empty is told once', () => {
  for (let call = 0; call < 2; call++) expect(keys.of({ key: { from: 'Env', name: 'KEY' } })).toBeUndefined()
  expect(log.error).toHaveBeenCalledTimes(1)
})

test('a provider without one takes the caller’s', () => {
  expect(keys.of({ key: undefined })).toBeUndefined()
  expect(log.error).not.toHaveBeenCalled()
})
