/** The `test` of tests of the injector: an injector of its own in a namespace of its own, and the webhook of the chart before it. */

import { expect } from 'vitest'
import { kubectlBinaries } from '../../../scripts/kube/binaries.ts'
import { type ChartObject, renderChart } from './chart.ts'
import type { KubeUser } from './cluster.ts'
import { freePort } from './free-port.ts'
import { test as homeTest } from './home-test.ts'
import { type Admission, injectorAccount, injectorIn, installAdmission, type TestInjector } from './injector.ts'

interface Fixtures {
  /** The chart as Helm renders it there. @param values as for `--set` */
  chart: (...values: readonly string[]) => Promise<readonly ChartObject[]>
  /** The injector's own account, with the permissions of the chart. */
  account: KubeUser
  /** Puts the chart's webhook and guard before pods. @param port where reviews go; a dead one when absent */
  admit: (options?: AdmitOptions) => Promise<Admission>
  /** Runs, is ready, and is asked by the API server. */
  injector: TestInjector
}

interface AdmitOptions {
  readonly values?: readonly string[]
  readonly port?: number
  readonly caBundle?: string
}

export const READY = { timeout: 60_000, interval: 50 }

export const test = homeTest.extend<Fixtures>({
  chart: async ({ home, skip }, use) => {
    const programs = await kubectlBinaries()
    if (typeof programs === 'string') return skip(programs)
    await use((...values) => renderChart(programs.helm, { namespace: home, values }))
  },
  account: async ({ cluster, home, chart }, use) => {
    const account = await injectorAccount(cluster, home, await chart())
    await use(account)
    await account.remove()
  },
  admit: async ({ cluster, chart }, use) => {
    const installed: Admission[] = []
    await use(async ({ values = [], port, ...rest } = {}) => {
      const objects = await chart(...values)
      const admission = await installAdmission(cluster.api, objects, { port: port ?? (await freePort()), ...rest })
      installed.push(admission)
      return admission
    })
    for (const admission of installed) await admission.remove()
  },
  injector: async ({ cluster, home, account, admit }, use) => {
    const injector = await injectorIn(cluster, { namespace: home, user: account })
    await admit({ port: injector.webhookPort })
    await expect.poll(() => injector.ready(), READY).toMatchObject({ status: 200 })
    await use(injector)
    await injector.close()
  },
})
