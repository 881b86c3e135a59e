/** Webhooks in the test's own process, each of which makes of a pod what a function says. */

import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { RawPod } from '../../../src/core/inject/injection.ts'
import type { Cluster } from './cluster.ts'

const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations'

export interface PodWebhook {
  /** The API server asks them by the order of these. */
  readonly name: string
  readonly isReinvoked: boolean
  /** Pods with these labels. */
  readonly labels?: Readonly<Record<string, string>>
  readonly change: (pod: RawPod) => RawPod
}

export interface PodWebhooks {
  /** By name, in the order in which the API server asked. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** For the pods of one namespace. Returns before the API server has heard of them. */
export async function startPodWebhooks(
  cluster: Cluster,
  namespace: string,
  webhooks: readonly PodWebhook[],
): Promise<PodWebhooks> {
  const asked: string[] = []
  const server = createServer(await cluster.authority.issue({ names: ['127.0.0.1'] }), async (request, response) => {
    const { request: review } = JSON.parse(await text(request))
    const webhook = webhooks.find(({ name }) => request.url?.startsWith(`/${name}?`))
    asked.push(webhook?.name ?? '')
    const changed = webhook?.change(review.object) ?? review.object
    const patch = ['metadata', 'spec'].map((member) => ({ op: 'replace', path: `/${member}`, value: changed[member] }))
    const answer = { uid: review.uid, allowed: true, patchType: 'JSONPatch', patch: base64(JSON.stringify(patch)) }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  for (const { name, isReinvoked, labels } of webhooks) {
    await cluster.api.create(CONFIGURATIONS, {
      metadata: { name: `${name}-${namespace}` },
      webhooks: [
        {
          name: `${name}.example.com`,
          clientConfig: { url: `https://127.0.0.1:${port}/${name}`, caBundle: base64(cluster.authority.cert) },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          ...(labels && { objectSelector: { matchLabels: labels } }),
          failurePolicy: 'Fail',
          reinvocationPolicy: isReinvoked ? 'IfNeeded' : 'Never',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    })
  }
  return {
    asked,
    async close() {
      for (const { name } of webhooks) await cluster.api.call('DELETE', `${CONFIGURATIONS}/${name}-${namespace}`)
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64')
}
