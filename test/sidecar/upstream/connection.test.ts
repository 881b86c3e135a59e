/** What a connection to a provider has received is read before its end is told, however it ended. */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test as base, expect } from 'vitest'
import { Connection } from '../../../sidecar/upstream/socket/connection.ts'

/** Both ends of a connection, and a way to wait until the network has delivered what was sent. */
const test = base.extend('ends', async ({ onTestFinished }) => {
  const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const open = async (): Promise<[Socket, Socket]> => {
    const near = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [[Socket], unknown]
    onTestFinished(() => void far.destroy())
    onTestFinished(() => void near.destroy())
    return [near, far]
  }
  const [near, far] = await open()
  return {
    near,
    far,
    async delivered(): Promise<void> {
      const [probe, echo] = await open()
      echo.write('x')
      await once(probe, 'data')
    },
  }
})

test('a reset is told after the bytes that came before it', async ({ ends: { near, far, delivered } }) => {
  new Connection(near)
  const errors: unknown[] = []
  near.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code)).on('readable', () => undefined)
  far.write('an answer')
  await once(near, 'readable')
  far.resetAndDestroy()
  await delivered()
  expect(errors).toEqual([])
  expect(near.read()?.toString()).toBe('an answer')
  expect(near.read()).toBeNull()
  await new Promise((resolve) => near.once('close', resolve))
  expect(errors).toEqual(['ECONNRESET'])
})
