/** How much later an application starts with a sidecar than without one. */

import { expect } from 'vitest'
import { printMeasured } from '../support/kube/print-measured.ts'
import { test } from '../support/node/node-test.ts'
import { createApp, isRunning, podPath, saidBy, sidecarOf, untilPod } from '../support/node/pods.ts'

const TIMES = 10

test('an application starts after its sidecar is ready; the time that this takes', async ({
  node: { api },
  namespace,
}) => {
  const taken: Record<'with' | 'without', number[]> = { with: [], without: [] }
  // The first of each kind reads its image.
  for (let round = 0; round <= TIMES; round++) {
    for (const kind of ['without', 'with'] as const) {
      const ms = await startOf(`${kind}-${round}`, kind === 'with')
      if (round > 0) taken[kind].push(ms)
    }
  }
  const medians = { with: median(taken.with), without: median(taken.without) }
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
  for (const kind of ['without', 'with'] as const) {
    const sorted = taken[kind].toSorted((a, b) => a - b)
    printMeasured(
      `application ${kind} a sidecar starts ${seconds(medians[kind])} after its pod was made ` +
        `(median of ${TIMES}, ${sorted.map(seconds).join(', ')})`,
    )
  }
  printMeasured(`later by the sidecar: ${seconds(medians.with - medians.without)}`)

  /** From the request for the pod to the start of the application's process. */
  async function startOf(name: string, isInjected: boolean): Promise<number> {
    const asked = Date.now()
    await createApp(api, namespace, name, { isInjected })
    const pod = await untilPod(api, { namespace, name }, isRunning)
    expect(sidecarOf(pod)?.started).toBe(isInjected ? true : undefined)
    await expect.poll(() => saidBy(api, namespace, name), { interval: 50 }).toHaveLength(1)
    const [first] = await saidBy(api, namespace, name)
    await api.call('DELETE', `${podPath(namespace, name)}?gracePeriodSeconds=0`)
    return Number(first?.['startedAt']) - asked
  }
})

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
}
