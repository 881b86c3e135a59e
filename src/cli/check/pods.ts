/** Every pod once, page by page: of all that is wrong, the first few names and how many there are. */

import type { KubeClient } from '../../kube/index.ts'
import { type Finding, findingsOf, SHOWN, someOf } from './finding.ts'
import { type CheckedPod, judgePod, type Problem } from './judge-pod.ts'
import type { Known } from './known.ts'
import { lookAtAll } from './look.ts'

export interface PodFindings {
  readonly findings: readonly Finding[]
  /** The namespaces that have pods with a sidecar. */
  readonly injected: ReadonlySet<string>
}

/** Of some KB each: a page is in memory at once. */
const PODS_AT_ONCE = 200

/** @param only undefined: the pods of all namespaces */
export async function checkPods(
  client: KubeClient,
  known: Known,
  { only, nowMs }: { only: string | undefined; nowMs: number },
): Promise<PodFindings> {
  let tally = createTally()
  const begin = (): void => {
    tally = createTally()
  }
  const take = (pods: readonly CheckedPod[]): void => {
    for (const pod of pods) count(tally, pod, judgePod(pod, known, nowMs))
  }
  const path = only === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${only}/pods`
  const seen = await lookAtAll<CheckedPod>(client, { path, limit: PODS_AT_ONCE }, { begin, take })
  if (seen.state !== 'found') {
    const hint = only === undefined ? '; -n NAME looks at one namespace alone' : ''
    const why = `${seen.state === 'unseen' ? seen.why : 'pods cannot be listed'}${hint}`
    return { findings: [findingsOf('pods').unknown(why)], injected: new Set() }
  }
  return { findings: findingsOfTally(tally, known.namespaces !== undefined), injected: tally.namespaces }
}

interface Tally {
  /** Of pods with a sidecar. */
  readonly namespaces: Set<string>
  injected: number
  readonly problems: Readonly<Record<Problem, Some>>
}

interface Some {
  readonly names: string[]
  count: number
}

function createTally(): Tally {
  const some = (): Some => ({ names: [], count: 0 })
  const problems = { without: some(), skipped: some(), stuck: some(), behind: some() }
  return { namespaces: new Set(), injected: 0, problems }
}

function count(tally: Tally, { metadata }: CheckedPod, { isInjected, problems }: ReturnType<typeof judgePod>): void {
  const { namespace = '', name } = metadata
  if (isInjected) {
    tally.injected++
    tally.namespaces.add(namespace)
  }
  for (const { problem, why } of problems) {
    const some = tally.problems[problem]
    some.count++
    if (some.names.length < SHOWN) some.names.push(`${namespace}/${name}${why === '' ? '' : ` (${why})`}`)
  }
}

const WORDS: Readonly<Record<Problem, { state: 'failed' | 'warning'; what: string; advice: string }>> = {
  without: {
    state: 'failed',
    what: 'ask for a sidecar and have none',
    advice: 'once the injector works: kubectl rollout restart of their workload',
  },
  skipped: {
    state: 'warning',
    what: 'ask for a sidecar and cannot have one',
    advice: 'the annotation m2m.io/inject: "false" says that this is known',
  },
  stuck: {
    state: 'failed',
    what: 'have a sidecar that does not run',
    advice: 'm2m policy explain pod/NAME -n NAMESPACE',
  },
  behind: { state: 'warning', what: 'are behind', advice: 'kubectl rollout restart of their workload' },
}

function findingsOfTally({ injected, problems }: Tally, knowsNamespaces: boolean): Finding[] {
  const pods = findingsOf('pods')
  const found = Object.entries(WORDS).flatMap(([problem, { state, what, advice }]) => {
    const { names, count: all } = problems[problem as Problem]
    return all === 0 ? [] : [pods[state](`${all} ${what}: ${someOf(names, all)}`, advice)]
  })
  if (!knowsNamespaces)
    found.push(pods.unknown('namespaces cannot be listed: those that ask by their label are not known'))
  return found.length > 0 ? found : [pods.ok(`${injected} have a sidecar, and none is without that asks for one`)]
}
