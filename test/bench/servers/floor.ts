/** The floor for a proxy in Node: node:http in front, undici's dispatch behind, nothing read and nothing decided. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

const pool = new Pool(`http://127.0.0.1:${process.argv[3]}`, { connections: null, pipelining: 1 })

createServer(relay).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))

function relay(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { host: _host, connection: _connection, ...headers } = request.headers
    pool.dispatch(
      {
        method: 'POST',
        path: request.url ?? '/',
        headers,
        body: Buffer.concat(chunks),
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler(response),
    )
  })
}

function handler(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {},
    onResponseStart(_controller, status, headers) {
      const { connection: _connection, 'transfer-encoding': _encoding, ...rest } = headers
      response.writeHead(status, rest)
    },
    onResponseData(_controller, chunk) {
      response.write(chunk)
    },
    onResponseEnd() {
      response.end()
    },
    onResponseError() {
      response.destroy()
    },
  }
}
