/** Ours and other injectors as an API server calls them: by the names of their configurations, and again who asks for it. */

import { expect } from 'vitest'
import type { RawPod } from '../../src/core/inject/injection.ts'
import { allOf, CONTEXT, expectRight, injected, probeOf } from '../core/inject/meshes/expect-right.ts'
import { OTHERS } from '../core/inject/meshes/other-injectors.ts'
import type { Cluster } from '../support/kube/cluster.ts'
import { test } from '../support/kube/cluster-test.ts'
import { type PodWebhook, startPodWebhooks } from '../support/kube/pod-webhooks.ts'

const OURS: PodWebhook = { name: 'm2m', isReinvoked: true, change: (pod) => injected(pod, CONTEXT) }

interface Other extends PodWebhook {
  readonly title: string
  readonly isFirst: boolean
}

/** Istio's and Linkerd's names go before ours, and they are not asked again; a revision of one's own may have it otherwise. */
const BESIDE: readonly Other[] = Object.entries(OTHERS).flatMap(([title, change], number) =>
  [
    { place: 'first', letter: 'a', isFirst: true, isReinvoked: false },
    { place: 'last', letter: 'z', isFirst: false, isReinvoked: false },
    { place: 'again', letter: 'z', isFirst: false, isReinvoked: true },
  ].map(({ place, letter, ...each }) => ({
    ...each,
    name: `${letter}-${number}-${place}`,
    title: `${title}, ${place}`,
    labels: { beside: String(number), place },
    change,
  })),
)

test('each other injector, before and after ours, leaves a pod that an API server takes and that can start', async ({
  cluster,
  namespace,
}) => {
  const webhooks = await startPodWebhooks(cluster, namespace, [OURS, ...BESIDE])
  try {
    await Promise.all(BESIDE.slice(-1).map((last) => untilAsked(cluster, namespace, last)))
    for (const other of BESIDE) {
      const from = webhooks.asked.length
      const pod = await createPod(cluster, namespace, other.labels)
      expectRight(pod, CONTEXT)
      expectOrder(webhooks.asked.slice(from), other)
      if (/^istio|^linkerd/.test(other.title)) expect(probeOf(pod), other.title).toHaveProperty('exec')
    }
  } finally {
    await webhooks.close()
  }
})

/** Whoever comes after us and changes the pod has us asked again; the API server's own plug-ins do so too. */
function expectOrder(asked: readonly string[], { name, title, isFirst, isReinvoked }: Other): void {
  const ours = OURS.name
  expect(asked.slice(0, isFirst ? 2 : 3), title).toEqual(isFirst ? [name, ours] : [ours, name, ours])
  if (!isReinvoked)
    expect(
      asked.filter((each) => each !== ours),
      title,
    ).toEqual([name])
}

/** The API server hears of configurations by a watch. */
async function untilAsked(cluster: Cluster, namespace: string, { labels, change }: Other): Promise<void> {
  const expected = allOf(change({ spec: { containers: [{ name: 'app' }] } })).map(({ name }) => name)
  const names = async (): Promise<string[]> =>
    allOf(await createPod(cluster, namespace, labels)).map(({ name }) => name)
  await expect.poll(names, { timeout: 30_000 }).toEqual(expect.arrayContaining([...expected, 'm2m-proxy']))
}

function createPod(cluster: Cluster, namespace: string, labels: PodWebhook['labels']): Promise<RawPod> {
  return cluster.api.create(`/api/v1/namespaces/${namespace}/pods?dryRun=All&fieldValidation=Strict`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api', labels, annotations: { 'm2m.io/inject': 'true' } },
    spec: { initContainers: [{ name: 'migrate', image: 'app' }], containers: [{ name: 'app', image: 'app' }] },
  })
}
