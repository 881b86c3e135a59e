/** The policy that refuses pods which ask for a sidecar and have none, against the injector's own decision about who asks. */

import { expect } from 'vitest'
import { type RawPod, wishOf } from '../../../src/core/inject/index.ts'
import type { AdminApi } from '../../support/kube/admin-api.ts'
import {
  allSayings,
  answerTo,
  INJECT,
  label,
  labelsOf,
  OF_NAMESPACE,
  ofKind,
  podSaying,
} from '../../support/kube/asking-pods.ts'
import { test } from '../../support/kube/chart-test.ts'

test('m2m-injected refuses a pod without a sidecar exactly where the injector is asked for one', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system'), /^ValidatingAdmissionPolicy/))
  await untilAnswer(api, namespace, podSaying('true'), /has no M2M sidecar/)
  for (const ofNamespace of OF_NAMESPACE) {
    await label(api, namespace, ofNamespace)
    for (const pod of allSayings()) {
      const { isAsked } = wishOf(pod, labelsOf(ofNamespace))
      await untilAnswer(api, namespace, pod, isAsked ? /has no M2M sidecar, although/ : /^201/)
    }
  }
})

test('m2m-injected lets pods pass that cannot have a sidecar, or have one, and says what to do to the others', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system'), /^ValidatingAdmissionPolicy/))
  const asks = podSaying('true')
  const proxy = { name: 'm2m-proxy', image: 'm2m-sidecar:1' }
  const withSpec = (spec: object): RawPod => ({ ...asks, spec: { ...asks.spec, ...spec } })
  await untilAnswer(
    api,
    namespace,
    asks,
    /although it asks for one \(m2m.io\/inject: "true"\).*kubectl get pods -n m2m-system.*set the annotation m2m.io\/inject: "false"/,
  )
  const cases: readonly [string, RawPod, RegExp][] = [
    ['of the host network', withSpec({ hostNetwork: true }), /^201/],
    ['of Windows', withSpec({ os: { name: 'windows' } }), /^201/],
    ['for nodes of Windows', withSpec({ nodeSelector: { 'kubernetes.io/os': 'windows' } }), /^201/],
    [
      'for nodes of Windows, by an old label',
      withSpec({ nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }),
      /^201/,
    ],
    ['for nodes of Windows, by affinity', withSpec(requiring(['windows'])), /^201/],
    ['for nodes of any system', withSpec(requiring(['windows', 'linux'])), /has no M2M sidecar/],
    [
      "a mesh's gateway, which is no application",
      withSpec({ containers: [{ name: 'istio-proxy', image: 'i:1' }] }),
      /^201/,
    ],
    ['native', withSpec({ initContainers: [{ ...proxy, restartPolicy: 'Always' }] }), /^201/],
    ['classic', withSpec({ containers: [{ name: 'app', image: 'app:1' }, proxy] }), /^201/],
    ['stripped by another webhook', withSpec({ initContainers: [proxy] }), /has no M2M sidecar.*m2m-proxy would end/],
    [
      'the word for an image that no injector has read',
      withSpec({ initContainers: [{ ...proxy, image: 'auto', restartPolicy: 'Always' }] }),
      /has no M2M sidecar/,
    ],
    [
      'with the status of a template alone',
      { ...asks, metadata: { annotations: { [INJECT]: 'true', 'm2m.io/status': 'injected' } } },
      /has no M2M sidecar/,
    ],
  ]
  for (const [name, pod, answer] of cases) expect(await answerTo(api, namespace, pod), name).toMatch(answer)
})

test('where no server injects, m2m-injected sends nobody to look for its pods', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  await apply(ofKind(await render('m2m-system', 'injector.mode=policy'), /^ValidatingAdmissionPolicy/))
  await untilAnswer(
    api,
    namespace,
    podSaying('true'),
    /kubectl get mutatingadmissionpolicy,mutatingadmissionpolicybinding m2m-injector/,
  )
})

test('where pods may go without, m2m-pointed refuses one that was pointed at a sidecar and has lost it', async ({
  cluster: { api },
  namespace,
  render,
  apply,
}) => {
  const objects = await render('m2m-system', 'injector.withoutSidecar=Allow')
  await apply(objects.filter(({ metadata }) => metadata.name === 'm2m-pointed'))
  const env = [{ name: 'OPENAI_BASE_URL', value: 'http://127.0.0.1:4141/openai/v1' }]
  const pointed = (status: string, spec: object): RawPod => ({
    metadata: { annotations: { [INJECT]: 'true', 'm2m.io/status': status } },
    spec: { containers: [{ name: 'app', image: 'app:1', env }], ...spec },
  })
  const sidecar = { initContainers: [{ name: 'm2m-proxy', image: 'm2m-sidecar:1', restartPolicy: 'Always' }] }
  await untilAnswer(api, namespace, pointed('injected', {}), /was pointed at an M2M sidecar/)
  const passing = [pointed('injected', sidecar), pointed('skipped: HostNetwork: x', {}), podSaying('true')]
  for (const pod of passing) expect(await answerTo(api, namespace, pod)).toMatch(/^201/)
})

/** By what its nodes must have. */
function requiring(systems: readonly string[]): object {
  const matchExpressions = [{ key: 'kubernetes.io/os', operator: 'In', values: systems }]
  const requiredDuringSchedulingIgnoredDuringExecution = { nodeSelectorTerms: [{ matchExpressions }] }
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } } }
}

/** A policy that was just made, and a label, reach the server's own caches a moment later. */
async function untilAnswer(api: AdminApi, namespace: string, pod: RawPod, answer: RegExp): Promise<void> {
  await expect
    .poll(() => answerTo(api, namespace, pod), { message: JSON.stringify(pod.metadata), interval: 20 })
    .toMatch(answer)
}
