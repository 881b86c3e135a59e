/** The `test` of tests of the chart: it renders, and what it applies is gone afterwards, from the whole cluster too. */

import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { type ChartObject, renderChart, withApplied } from './chart.ts'
import { test as base } from './operator-test.ts'

interface Fixtures {
  /** @param values as for `--set`; the definition of policies is left out */
  render(namespace: string, ...values: readonly string[]): Promise<readonly ChartObject[]>
  apply(objects: readonly ChartObject[]): Promise<void>
}

export const test = base.extend<Fixtures>({
  render: async ({ skip }, use) => {
    const binaries = await kubectlBinaries()
    if (typeof binaries === 'string') return skip(binaries)
    await use((namespace, ...values) =>
      renderChart(binaries.helm, { namespace, values: ['crds.enabled=false', ...values] }),
    )
  },
  apply: ({ cluster }, use) => withApplied(cluster.api, use),
})
