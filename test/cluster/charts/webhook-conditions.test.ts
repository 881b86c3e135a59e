/** Whom the API server asks about: no pod that says nothing, none twice, and every pod whose wish has to be read. */

import { expect } from 'vitest'
import type { CertificateSource } from '../../../operator/injector/tls/certificate-source.ts'
import { type RawPod, wishOf } from '../../../src/core/inject/index.ts'
import { startCertifiedWebhook } from '../../support/kube/certified-webhook.ts'
import { test } from '../../support/kube/chart-test.ts'
import { appPod, installAdmission } from '../../support/kube/injector.ts'

const INJECT = 'm2m.io/inject'
const WORDS = [undefined, 'true', 'false', 'yes'] as const

test('the webhook is asked once about each pod that asks or that says what nobody understands, and about no other', async ({
  cluster: { api, authority },
  home,
  namespace,
  render,
}) => {
  const certificate = await authority.issue({ subject: 'CN=webhook', names: ['127.0.0.1'] })
  const webhook = await startCertifiedWebhook(always({ ...certificate, notAfter: new Date(8.64e15) }))
  const options = { port: webhook.port, caBundle: authority.cert }
  const admission = await installAdmission(api, await render(home, 'injector.withoutSidecar=Allow'), options)
  const asked = async (place: string, metadata: object): Promise<number> => {
    const before = webhook.answered()
    await api.create(`/api/v1/namespaces/${place}/pods?dryRun=All`, appPod({ name: 'pod', ...metadata }))
    return webhook.answered() - before
  }
  await expect.poll(() => asked(namespace, { annotations: { [INJECT]: 'true' } })).toBe(1)

  for (const ofNamespace of [undefined, 'true', 'false']) {
    await api.merge(`/api/v1/namespaces/${namespace}`, { metadata: { labels: { [INJECT]: ofNamespace ?? null } } })
    for (const metadata of WORDS.flatMap((annotation) => WORDS.map((label) => saying(annotation, label)))) {
      const wish = wishOf({ metadata } as RawPod, ofNamespace === undefined ? {} : { [INJECT]: ofNamespace })
      const isAsked = wish.isAsked || wish.reason === 'InvalidValue'
      await expect
        .poll(() => asked(namespace, metadata), { message: JSON.stringify([ofNamespace, metadata]) })
        .toBe(isAsked ? 1 : 0)
    }
  }
  expect(await asked(home, saying('true', undefined)), 'in the namespace of the release').toBe(0)
  await admission.remove()
  await webhook.close()
})

function saying(annotation: string | undefined, label: string | undefined): object {
  return {
    ...(annotation !== undefined && { annotations: { [INJECT]: annotation } }),
    ...(label !== undefined && { labels: { [INJECT]: label } }),
  }
}

function always(current: NonNullable<CertificateSource['current']>): CertificateSource {
  return { current, start: () => undefined, stop: async () => undefined, onChange: () => undefined, notReady: () => [] }
}
