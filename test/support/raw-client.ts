/** A client below HTTP: sends the bytes that a test wrote and shows the bytes that come back. */

import { connect, type Socket } from 'node:net'

export interface RawClient {
  readonly socket: Socket
  /** Waits until the text received so far, as latin1, matches. */
  until(pattern: RegExp): Promise<string>
  /** Waits until the other side has closed; the whole text. */
  readonly closed: Promise<string>
}

export function rawClient(port: number, request: string | Uint8Array): RawClient {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.write(request)
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  return {
    socket,
    async until(pattern) {
      while (!pattern.test(text)) {
        if (socket.destroyed) throw new Error(`the connection closed before ${pattern}: ${JSON.stringify(text)}`)
        await Promise.race([new Promise((resolve) => socket.once('data', resolve)), closed])
      }
      return text
    },
    closed,
  }
}

/** A request as text, with a length where there is a body. */
export function requestText(method: string, path: string, headers: readonly string[] = [], body = ''): string {
  const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  return [`${method} ${path} HTTP/1.1`, 'host: localhost', ...headers, ...length, '', body].join('\r\n')
}
