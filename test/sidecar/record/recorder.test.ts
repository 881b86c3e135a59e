import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRecorder, type Recorder } from '../../../sidecar/record/index.ts'
import { callSummary } from '../telemetry/calls.ts'

let dir: string
let warnings: string[]
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'm2m-record-'))
  warnings = []
})
afterEach(() => rm(dir, { recursive: true }))

const log = {
  warn: (_fields: object, message: string) => void warnings.push(message),
} as unknown as Parameters<typeof createRecorder>[0]['log']

function openRecorder(maxBytes = 1_000_000, folder = dir): Promise<Recorder> {
  return createRecorder({ dir: folder, maxBytes, log })
}

async function recordAll(bodies: readonly string[], maxBytes?: number): Promise<string[]> {
  const recorder = await openRecorder(maxBytes)
  for (const body of bodies)
    recorder.record({ summary: callSummary(), origin: 'https://api.openai.com', body: Buffer.from(body) })
  await recorder.close(4000)
  return rows()
}

async function rows(): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.jsonl')).sort()
  const files = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')))
  return files
    .join('')
    .split('\n')
    .filter((line) => line !== '')
}

describe('a recorded call', () => {
  test('is one line with its figures, and its body as the client spelled it', async () => {
    const body = '{"model": "gpt-4o",\r\n "n": 1.0e0,\n "n": 2, "x": "a\\nb"}'
    const [row = ''] = await recordAll([body])
    expect(row.endsWith(`"body":${body.replaceAll(/[\r\n]/g, ' ')}}`)).toBe(true)
    expect(JSON.parse(row)).toMatchObject({
      call: callSummary().id,
      uri: 'https://api.openai.com/v1/chat/completions',
      dialect: 'openai-chat',
      outcome: 'compressed',
      status: 200,
      tokens: { original: 1000, sent: 700, saved: 300 },
      usage: null,
    })
  })

  test('is for its owner alone', async () => {
    await recordAll(['{}'])
    const [name = ''] = await readdir(dir)
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600)
  })

  test('holds no credential of its body', async () => {
    const [row] = await recordAll(['{"x":"sk-ant-fedcba9876543210fedcba98"}'])
    expect(row).not.toContain('fedcba9876543210')
  })
})

describe('recordings are bounded', () => {
  test('by what all files of the folder take, those of earlier runs too', async () => {
    const body = JSON.stringify({ text: 'a'.repeat(1000) })
    const first = await recordAll(
      Array.from({ length: 5 }, () => body),
      8000,
    )
    expect(first.length).toBe(5)
    const both = await recordAll(
      Array.from({ length: 50 }, () => body),
      8000,
    )
    expect(both.length).toBeLessThan(8)
    expect(Buffer.byteLength(both.join('\n'))).toBeLessThanOrEqual(8000)
    expect(warnings.filter((warning) => warning.includes('have reached their size limit'))).toHaveLength(1)
  })

  test('by the body of one call: a larger one is named and left out', async () => {
    expect(await recordAll([JSON.stringify('a'.repeat(5 * 1024 * 1024)), '{}'], 100_000_000)).toHaveLength(1)
    expect(warnings.at(-1)).toContain('larger than')
  })
})

describe('a run', () => {
  test('without calls leaves no file', async () => {
    await (await openRecorder()).close(4000)
    expect(await readdir(dir)).toEqual([])
  })

  test('beside another in one folder stays within the bound of both', async () => {
    const recorders = [await openRecorder(200_000), await openRecorder(200_000)]
    const body = Buffer.from(JSON.stringify({ text: 'a'.repeat(3000) }))
    for (let i = 0; i < 80; i++) {
      for (const recorder of recorders) recorder.record({ summary: callSummary(), origin: 'http://a', body })
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await Promise.all(recorders.map((recorder) => recorder.close(4000)))
    const all = (await rows()).join('\n').length
    expect(all).toBeGreaterThan(150_000)
    // Each may be in the middle of a sixteenth that it measured before the other wrote.
    expect(all).toBeLessThan(200_000 * (1 + 2 / 16))
  })
})

describe('a folder', () => {
  test('is created for its owner alone', async () => {
    await (await openRecorder(1000, join(dir, 'a'))).close(4000)
    expect((await stat(join(dir, 'a'))).mode & 0o777).toBe(0o700)
  })

  test('in a folder that does not exist is refused, with what to do', async () => {
    await expect(openRecorder(1000, join(dir, 'a', 'b'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/ENOENT.*in a folder that exists/),
    })
  })

  test('may hold links to nowhere', async () => {
    await symlink(join(dir, 'nowhere'), join(dir, 'calls-a.jsonl'))
    const recorder = await openRecorder()
    recorder.record({ summary: callSummary(), origin: 'http://a', body: Buffer.from('{}') })
    await recorder.close(4000)
    expect((await readdir(dir)).length).toBe(2)
  })

  test('that is none is a mistake in the settings, with what to do', async () => {
    const file = join(dir, 'file')
    await writeFile(file, '')
    await expect(openRecorder(1000, join(file, 'x'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('--record'),
    })
  })

  test('that vanishes costs recordings, not calls', async () => {
    await mkdir(join(dir, 'gone'))
    const recorder = await openRecorder(1000, join(dir, 'gone'))
    await rm(join(dir, 'gone'), { recursive: true })
    recorder.record({ summary: callSummary(), origin: 'https://api.openai.com', body: Buffer.from('{}') })
    await recorder.close(4000)
  })
})
