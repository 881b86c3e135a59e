import { expect, test } from 'vitest'
import { serveHealth } from '../../operator/http.ts'

test('a page that fails answers with the reason, and the process goes on', async ({ onTestFinished }) => {
  const server = await serveHealth(
    { host: '127.0.0.1', port: 0, variable: 'M2M_OPERATOR_PORT' },
    {
      notReady: () => ['the first list is not whole'],
      metrics: () => Promise.reject(new Error('no figure')),
    },
  )
  onTestFinished(() => server.close())
  const read = async (path: string, method = 'GET'): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    return `${response.status} ${await response.text()}`
  }
  expect(await read('/metrics')).toBe('500 no figure\n')
  expect(await read('/readyz?verbose')).toBe('503 the first list is not whole\n')
  expect(await read('/healthz')).toBe('200 ok\n')
  expect(await read('/constructor')).toMatch(/^404 /)
  expect(await read('/healthz', 'POST')).toBe('405 GET only\n')
})
