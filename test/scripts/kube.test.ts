/** How the programs of the cluster tests are had. */

import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { kubeBinaries } from '../../scripts/kube/binaries.ts'
import { withLock } from '../../scripts/kube/lock.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-kube-'))
  vi.stubEnv('XDG_CACHE_HOME', folder)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

describe('kubeBinaries', () => {
  test('takes those of KUBEBUILDER_ASSETS', async () => {
    for (const name of ['kube-apiserver', 'etcd']) await writeFile(join(folder, name), '')
    vi.stubEnv('KUBEBUILDER_ASSETS', folder)
    const binaries = await kubeBinaries(() => undefined)
    expect(binaries).toEqual({ apiserver: join(folder, 'kube-apiserver'), etcd: join(folder, 'etcd') })
  })

  test('without Go has a reason, says what is wrong with a folder that was named, and leaves nothing half done', async () => {
    await writeFile(join(folder, 'etcd'), '')
    // Not whole: it has no API server.
    vi.stubEnv('KUBEBUILDER_ASSETS', folder)
    vi.stubEnv('PATH', folder)
    const said: string[] = []
    expect(await kubeBinaries((line) => said.push(line))).toMatch(/^no Go on this machine/)
    expect(said[0]).toMatch(/^KUBEBUILDER_ASSETS=.* does not have both kube-apiserver and etcd/)
    expect(await readdir(join(folder, 'm2m'))).toEqual([])
  })
})

describe('withLock', () => {
  test('lets one work at a time', async () => {
    const path = join(folder, 'lock')
    const order: string[] = []
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`)
      await new Promise((resolve) => setTimeout(resolve, 50))
      order.push(`${name} ends`)
    }
    await Promise.all([withLock(path, work('one')), withLock(path, work('two'))])
    const [first] = order
    const names = first === 'one begins' ? ['one', 'two'] : ['two', 'one']
    expect(order).toEqual(names.flatMap((name) => [`${name} begins`, `${name} ends`]))
    expect(await readdir(folder)).toEqual([])
  })

  test('takes over from a holder that has died', async () => {
    const path = join(folder, 'lock')
    await writeFile(path, '')
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(path, longAgo, longAgo)
    expect(await withLock(path, async () => 'done')).toBe('done')
    expect(await readdir(folder)).toEqual([])
  })

  test('is free again after work that has failed', async () => {
    const path = join(folder, 'lock')
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await readdir(folder)).toEqual([])
  })
})
