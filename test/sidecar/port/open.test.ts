/** The addresses of a port, as the kubelet and people reach it. */

import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { createPort } from '../../../sidecar/port/open.ts'

test('`::` stands for all addresses: pods of IPv4 alone, of IPv6 alone and of both are probed', async () => {
  const port = createPort(() => createServer((_request, response) => response.end('here')))
  const { port: number } = new URL(await port.open({ host: '::', port: 0 }))
  try {
    const ipv4 = await fetch(`http://127.0.0.1:${number}`)
    expect(await ipv4.text()).toBe('here')
  } finally {
    await port.close()
  }
})

test('a machine without IPv6 has the addresses of IPv4 alone', async () => {
  let tries = 0
  const port = createPort(() => {
    const server = createServer((_request, response) => response.end('here'))
    const { listen } = server
    server.listen = function (this: typeof server, options: { host: string; port: number }) {
      tries++
      if (options.host !== '::') return listen.call(this, options)
      // As the kernel says it that was started with ipv6.disable=1.
      const error = Object.assign(new Error('address family not supported'), { code: 'EAFNOSUPPORT' })
      queueMicrotask(() => this.emit('error', error))
      return this
    } as typeof listen
    return server
  })
  const url = await port.open({ host: '::', port: 0 })
  try {
    const answer = await fetch(url)
    expect(await answer.text()).toBe('here')
    expect(tries).toBe(2)
  } finally {
    await port.close()
  }
})
