import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, symlink, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPolicyStore, type PolicyStore, type ReloadResult } from '../../../sidecar/policy/index.ts'
import { defaultPolicy } from '../../../src/core/policy/index.ts'

const fallback = defaultPolicy({ mode: 'Audit', profile: 'Safe', upstreams: [], engineVersion: '1' })

let folder: string
let store: PolicyStore | undefined
let reloads: ReloadResult[]
let lines: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-policy-'))
  reloads = []
  lines = []
})

afterEach(async () => {
  store?.close()
  store = undefined
  await rm(folder, { recursive: true })
})

/** In one burst: a file that stays cut short while a busy process waits is a broken policy to the store. */
function write(file: string, text: string): void {
  writeFileSync(file, text)
}

function policy(name: string, spec = '{}'): string {
  return `apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: ${name} }\nspec: ${spec}\n`
}

/** Without a poll unless asked for: changes are seen by the notices of the file system. */
async function open(path: string | undefined, pollMs = 3_600_000, isCompressionOff = false): Promise<PolicyStore> {
  const tell = (fields: { err?: Error }, message: string): void => {
    lines.push([message, fields.err?.message].filter(Boolean).join(': '))
  }
  store = await createPolicyStore({
    path,
    labelsPath: undefined,
    isCompressionOff,
    fallback,
    upstreams: [{ name: 'openai', url: 'http://127.0.0.1:9' }],
    engineVersion: '1',
    pollMs,
    log: { info: tell, error: tell } as never,
    onReload: (result) => reloads.push(result),
  })
  return store
}

async function expectReloads(...expected: ReloadResult[]): Promise<void> {
  await vi.waitFor(() => expect(reloads).toEqual(expected), { timeout: 10_000, interval: 20 })
}

test('a pod that has switched compression off runs no policy that compresses', async () => {
  write(
    join(folder, 'p.yaml'),
    policy('loud', '{ compression: { mode: Enforce, holdoutPercent: 10 }, failureMode: Closed }'),
  )
  const { current } = await open(folder, 3_600_000, true)
  expect(current).toMatchObject({ name: 'loud', compression: { mode: 'Disabled' }, failureMode: 'Closed' })
})

describe('at the start', () => {
  test('the fallback serves when no policy is configured', async () => {
    expect((await open(undefined)).current).toBe(fallback)
  })

  test('the fallback serves while a mounted directory is empty, until a policy comes', async () => {
    expect((await open(folder)).current).toBe(fallback)
    expect(lines).toEqual(['no policy in this folder yet; the default serves'])
    write(join(folder, 'p.yaml'), policy('first'))
    await expectReloads('applied')
    expect(store?.current.name).toBe('first')
  })

  test('the policy of a file serves, with the upstreams of the command line over it', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents', '{ providers: [{ name: openai }] }'))
    const { current } = await open(file)
    expect([current.name, current.providers[0]?.baseUrl.href]).toEqual(['agents', 'http://127.0.0.1:9/'])
  })

  test.each([
    ['is not there', undefined, /p\.yaml: there is no such file/],
    ['is empty', '', /p\.yaml: holds no policy/],
    ['has a mistake', policy('x', '{ compresion: {} }'), /p\.yaml:4: spec\.compresion: unknown field; did you mean/],
    ['is larger than a policy can be', '#'.repeat(1024 * 1024 + 1), /p\.yaml is larger than 1 MiB/],
  ])('a file that %s is refused', async (_, text, reason) => {
    const file = join(folder, 'p.yaml')
    if (text !== undefined) write(file, text)
    await expect(open(file)).rejects.toMatchObject({ code: 'POLICY_INVALID', message: expect.stringMatching(reason) })
  })

  test('a directory that is not there is refused: a typing mistake, not a bundle to come', async () => {
    await expect(open(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'POLICY_INVALID' })
  })
})

describe('a change', () => {
  test('to an index of an unknown version is rejected, and the last policy stays', async () => {
    write(join(folder, 'p.yaml'), policy('agents'))
    await open(folder)
    write(join(folder, 'index.json'), '{ "version": 3, "policies": [] }')
    await expectReloads('rejected')
    expect(store?.current.name).toBe('agents')
    expect(store?.isStale).toBe(true)
    expect(lines.at(-1)).toMatch(/index\.json: is of version 3; this version of M2M reads 2 and 1$/)
  })

  test('is applied when a file is written in place', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents'))
    const { revision } = (await open(file)).current
    write(file, policy('agents', '{ compression: { mode: Disabled } }'))
    await expectReloads('applied')
    expect(store?.current.compression.mode).toBe('Disabled')
    expect(store?.current.revision).not.toBe(revision)
  })

  test('is applied when an editor renames a new file over the old one, time and again', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('v0'))
    await open(file)
    for (const [index, name] of ['v1', 'v2', 'v3'].entries()) {
      write(`${file}.tmp`, policy(name))
      await rename(`${file}.tmp`, file)
      await expectReloads(...Array<ReloadResult>(index + 1).fill('applied'))
      expect(store?.current.name).toBe(name)
    }
  })

  test.each(['', 'p.yaml'])('is applied when Kubernetes swaps the ..data symlink (watching "%s")', async (name) => {
    await mountVersion('1', policy('v1'))
    await symlink('..data/p.yaml', join(folder, 'p.yaml'))
    expect((await open(join(folder, name))).current.name).toBe('v1')
    await mountVersion('2', policy('v2'))
    await expectReloads('applied')
    expect(store?.current.name).toBe('v2')
  })

  test('is applied even while the file keeps changing', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('v0'))
    await open(file)
    const stop = new AbortController()
    const writing = (async () => {
      for (let version = 1; !stop.signal.aborted; version++) {
        write(`${file}.tmp`, policy(`v${version}`))
        await rename(`${file}.tmp`, file)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    })()
    await vi.waitFor(() => expect(reloads).toContain('applied'), { timeout: 20_000 })
    stop.abort()
    await writing
    write(file, policy('last'))
    await vi.waitFor(() => expect(store?.current.name).toBe('last'), { timeout: 10_000 })
    expect(reloads).not.toContain('rejected')
  })

  test('is found by the poll when the file system gives no notice', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'm2m-policy-'))
    const file = join(elsewhere, 'real.yaml')
    write(file, policy('v1'))
    await symlink(file, join(folder, 'p.yaml'))
    await open(join(folder, 'p.yaml'), 50)
    write(file, policy('v2'))
    await expectReloads('applied')
    await rm(elsewhere, { recursive: true })
  })

  test('without a new meaning leaves the very same policy in force', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents'))
    const { current } = await open(file)
    write(file, `# a comment\n${policy('agents')}`)
    await expectReloads('unchanged')
    expect(store?.current).toBe(current)
  })

  test('is not reported after close, not even one that is being read', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents'))
    const closed = await open(file)
    write(file, policy('later'))
    closed.close()
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect([closed.current.name, reloads]).toEqual(['agents', []])
  })
})

describe('a broken change', () => {
  test('keeps the last good policy, is reported once with file, line and path, and can be mended', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents'))
    const { current } = await open(file, 20)
    write(file, policy('agents', '{ compression: { profil: Safe } }'))
    await expectReloads('rejected')
    expect(store?.current).toBe(current)
    expect(lines.at(-1)).toBe(
      'policy rejected, the last good one stays: the policy cannot be used:\n' +
        `${file}:4: spec.compression.profil: unknown field; did you mean profile?`,
    )
    // Several polls later it has not been reported again.
    await new Promise((resolve) => setTimeout(resolve, 300))
    write(file, policy('agents', '{ failureMode: Closed }'))
    await expectReloads('rejected', 'applied')
    expect(store?.current.failureMode).toBe('Closed')
  })

  test('that is taken back is reported as unchanged', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents'))
    await open(file)
    write(file, 'kind: [')
    await expectReloads('rejected')
    write(file, policy('agents'))
    await expectReloads('rejected', 'unchanged')
  })

  test('includes one that takes the policy away', async () => {
    const file = join(folder, 'p.yaml')
    write(file, policy('agents'))
    const { current } = await open(folder)
    await unlink(file)
    await expectReloads('rejected')
    expect(store?.current).toBe(current)
    expect(lines.at(-1)).toMatch(/holds no policy/)
  })
})

/** As the kubelet writes a ConfigMap volume: a dated directory, and `..data` renamed over the old link. */
async function mountVersion(version: string, text: string): Promise<void> {
  await mkdir(join(folder, `..v${version}`))
  write(join(folder, `..v${version}`, 'p.yaml'), text)
  await symlink(`..v${version}`, join(folder, '..data_tmp'))
  await rename(join(folder, '..data_tmp'), join(folder, '..data'))
}
