/** A mutating webhook of the test's own: it answers with the patch that the injection gives for a pod, and nothing else. */

import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type InjectContext, injectPod, type RawPod } from '../../../src/core/inject/index.ts'
import type { Certificate } from '../certificates.ts'

export interface ReviewServer {
  readonly port: number
  /** How many it has answered. */
  reviews(): number
  close(): Promise<void>
}

/** @param contextOf by the pod's name */
export async function startReviewServer(
  certificate: Certificate,
  contextOf: (name: string) => InjectContext,
): Promise<ReviewServer> {
  let reviews = 0
  const answer = (text: string): object => {
    const { request } = JSON.parse(text) as { request: { uid: string; object: RawPod } }
    const name = request.object.metadata?.name ?? ''
    const injection = injectPod(request.object, contextOf(name))
    reviews++
    const patch = 'patch' in injection ? Buffer.from(JSON.stringify(injection.patch)).toString('base64') : undefined
    const response = { uid: request.uid, allowed: true, ...(patch !== undefined && { patchType: 'JSONPatch', patch }) }
    return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }
  }
  const server = createServer(certificate, (request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      try {
        response.end(JSON.stringify(answer(Buffer.concat(pieces).toString())))
      } catch (error) {
        response.writeHead(500).end(String(error))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    reviews: () => reviews,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
