/** A replica of an injector that allows every pod and counts: its certificate comes from the source under test. */

import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { CertificateSource } from '../../../operator/injector/tls/certificate-source.ts'

export interface CertifiedWebhook {
  readonly source: CertificateSource
  readonly port: number
  /** Reviews that were answered. */
  readonly answered: () => number
  /** Handshakes that the other side has refused, by their error. */
  readonly refused: readonly string[]
  close(): Promise<void>
}

export async function startCertifiedWebhook(source: CertificateSource): Promise<CertifiedWebhook> {
  let answered = 0
  const refused: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { apiVersion, kind, request: review } = JSON.parse(Buffer.concat(chunks).toString())
      answered++
      response.setHeader('content-type', 'application/json')
      // A connection that is kept sees no certificate: half of the reviews come by a new one.
      if (answered % 2 === 0) response.setHeader('connection', 'close')
      response.end(JSON.stringify({ apiVersion, kind, response: { uid: review.uid, allowed: true } }))
    })
  })
  server.on('tlsClientError', (error) => refused.push(error.message))
  const use = ({ cert, key }: { cert: string; key: string }): void => server.setSecureContext({ cert, key })
  if (source.current !== undefined) use(source.current)
  source.onChange(use)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  source.start()
  return {
    source,
    port: (server.address() as AddressInfo).port,
    answered: () => answered,
    refused,
    async close() {
      await source.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
