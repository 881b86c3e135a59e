/** A webhook that misbehaves, or a second one that changes what the injector did. */

import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Authority } from '../certificates.ts'
import type { AdminApi, Json } from './admin-api.ts'

export interface RogueWebhook {
  readonly port: number
  /** Reviews so far. */
  readonly asked: number
  close(): Promise<void>
}

export interface RogueAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

/** @param answer undefined: it never comes */
export async function startRogueWebhook(
  authority: Authority,
  answer: (review: { readonly uid: string; readonly object: Json }) => RogueAnswer | undefined,
): Promise<RogueWebhook> {
  let asked = 0
  const server = createServer(await authority.issue({ names: ['127.0.0.1'] }), async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    asked++
    const reply = answer(JSON.parse(Buffer.concat(pieces).toString()).request)
    if (reply === undefined) return
    const headers = { 'content-type': 'application/json', ...reply.headers }
    response.writeHead(reply.status ?? 200, headers).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get asked() {
      return asked
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** @param patch RFC 6902, of any operations; none: nothing is changed */
export function allowed(uid: string, patch: readonly object[] = []): RogueAnswer {
  const change = { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }
  const response = { uid, allowed: true, ...(patch.length > 0 && change) }
  return { body: JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }) }
}

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

/** Asked after the injector: configurations take their turn by name. @returns removes it */
export async function installLater(
  api: AdminApi,
  namespace: string,
  options: { readonly port: number; readonly authority: Authority; readonly reinvocationPolicy?: 'Never' | 'IfNeeded' },
): Promise<() => Promise<void>> {
  const { port, authority, reinvocationPolicy = 'Never' } = options
  await api.create(CONFIGURATIONS, {
    metadata: { name: 'z-later' },
    webhooks: [
      {
        name: 'later.example.org',
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(authority.cert).toString('base64'),
        },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        failurePolicy: 'Fail',
        reinvocationPolicy,
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  })
  return () => api.delete(`${CONFIGURATIONS}/z-later`)
}
