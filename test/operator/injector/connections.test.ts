/** Which connection ends where there are too many. */

import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { boundConnections, refusePipelines } from '../../../operator/injector/connections.ts'

test('of too many connections the one that was silent longest ends, and no other', async () => {
  const server = createServer((_, response) => response.end('x'))
  boundConnections(server, 3)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const opened = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const ask = async (socket: Socket): Promise<string> => {
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString().split('\r\n', 1)[0] ?? ''
  }
  const first = await opened()
  expect(await ask(first)).toBe('HTTP/1.1 200 OK')
  const silent = await opened()
  const third = await opened()
  expect(await ask(first)).toBe('HTTP/1.1 200 OK')
  silent.resume()
  const ended = once(silent, 'close')
  const fourth = await opened()
  await ended
  for (const socket of [first, third, fourth]) expect(await ask(socket)).toBe('HTTP/1.1 200 OK')
  for (const socket of [first, third, fourth]) socket.destroy()
  server.close()
})

test('a connection with a request before the answer to another one ends; one after the other go on', async () => {
  let asked = 0
  const held = Promise.withResolvers<void>()
  const server = createServer(async (_, response) => {
    asked++
    if (asked > 2) await held.promise
    response.end('x')
  })
  refusePipelines(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
  for (let i = 0; i < 2; i++) {
    socket.write(request)
    await once(socket, 'data')
  }
  const ended = once(socket.resume(), 'close')
  socket.write(request.repeat(2))
  await ended
  held.resolve()
  server.close()
})
