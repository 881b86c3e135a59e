import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadKubeConfig } from '../../src/kube/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

const CONFIG = {
  clusters: [{ name: 'lab', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'me', user: { token: 'private' } }],
  contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'me' } }],
}

describe('a kubeconfig', () => {
  test('is taken with its current context, or with one by name', () => {
    const file = write('good', { ...CONFIG, 'current-context': 'lab' })
    expect(loadKubeConfig(file).getCurrentCluster()?.server).toBe('https://127.0.0.1:1')
    expect(loadKubeConfig(write('without', CONFIG), 'lab').getCurrentContext()).toBe('lab')
  })

  test('without the context that was asked for says which ones it has', () => {
    const message = 'the kubeconfig has no context "prod", only lab'
    expect(() => loadKubeConfig(write('other', CONFIG), 'prod')).toThrow(message)
  })

  test('without a current context says so', () => {
    expect(() => loadKubeConfig(write('none', CONFIG))).toThrow('no current context with a cluster')
  })

  test('that is none is named, and nothing of it is shown', () => {
    const file = write('broken', 'token: private\nbroken: [')
    expect(() => loadKubeConfig(file)).toThrow(`${file} is not a kubeconfig: `)
    expect(() => loadKubeConfig(file)).not.toThrow(/private/)
  })
})
