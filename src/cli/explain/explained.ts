/** An explanation as data: what `--json` prints, and the lines are made of. */

import {
  BUNDLE_VERSIONS,
  type BundleVersion,
  type ClusterPolicy,
  deciderOf,
  type Excluded,
  type Explanation,
  explainPod,
  idOf,
  type Labels,
  type PolicyObject,
  type PrecedenceRule,
  type RunningPolicy,
  sectionsLeft,
  specInForce,
  writeBundle,
} from '../../core/policy/documents.ts'
import { type Injection, injectionOfNew } from './injection.ts'
import type { PodReading } from './read-pod.ts'
import type { StoredPolicy } from './read-policies.ts'
import {
  type Block,
  type BundleState,
  blocksOf,
  type Expected,
  type OperatorWord,
  type Unreachable,
} from './verdict.ts'

export interface Explained {
  readonly pod: { readonly namespace: string; readonly name: string | undefined; readonly labels: Labels }
  /** Of the policy that wins; undefined: none does. */
  readonly policy: Ranked | undefined
  /** The policy whose providers hold, where the winner leaves them to it. */
  readonly providersOf: string | undefined
  readonly losers: readonly (Ranked & { readonly rule: PrecedenceRule })[]
  readonly others: readonly Excluded[]
  /** Has it a sidecar, or would it get one, and why; undefined: files were asked about labels alone. */
  readonly injection: Injection | undefined
  /** Undefined where only files were read. */
  readonly cluster: ExplainedCluster | undefined
  readonly notes: readonly string[]
}

export interface Ranked {
  readonly id: string
  readonly scope: string
  readonly priority: number
  readonly createdAt: string
  /** Which pods of which namespaces, in words. */
  readonly selects: string
  /** Against the next one; undefined: it is alone. */
  readonly rule: PrecedenceRule | undefined
  readonly mode: string
}

export interface ExplainedCluster {
  readonly operatorNamespace: string
  readonly bundle: BundleState
  /** The hash of what it should run; undefined: none, or this bundle's version cannot say it. */
  readonly shouldRun: string | undefined
  readonly runs: RunningPolicy | Unreachable
  readonly blocks: readonly Block[]
}

export function explainInCluster(name: string, reading: PodReading): Explained {
  const { namespace, labels, policies, operatorNamespace, state, notes } = reading
  const explanation = explainPod(policies, { namespace, labels }, operatorNamespace)
  const expected = expectedOf(explanation, policies, versionOf(state.bundle))
  // With policies that could not be read nobody knows what it should run.
  const known = notes.length > 0 ? expectedFromBundle(state.bundle, expected) : expected
  return {
    ...ranking(explanation),
    pod: { namespace: namespace.name, name, labels },
    injection: state.injection,
    cluster: {
      operatorNamespace,
      bundle: state.bundle,
      shouldRun: expected?.hash,
      runs: state.running,
      blocks: blocksOf(state, known),
    },
    notes,
  }
}

export interface FileQuestion {
  readonly policies: readonly PolicyObject[]
  readonly namespace: string
  readonly namespaceLabels: Labels
  readonly labels: Labels
  /** Undefined: whether it would get a sidecar is not asked. */
  readonly annotations: Readonly<Record<string, string>> | undefined
  readonly operatorNamespace: string
}

export function explainFiles({
  policies,
  namespace,
  namespaceLabels,
  labels,
  annotations,
  operatorNamespace,
}: FileQuestion): Explained {
  const place = { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace, ...namespaceLabels } }
  return {
    ...ranking(explainPod(policies, { namespace: place, labels }, operatorNamespace)),
    pod: { namespace, name: undefined, labels },
    injection:
      annotations &&
      injectionOfNew({ pod: { metadata: { labels, annotations } }, namespace: place, operatorNamespace }),
    cluster: undefined,
    notes: [],
  }
}

function ranking({
  winner,
  rule,
  losers,
  others,
}: Explanation): Pick<Explained, 'policy' | 'providersOf' | 'losers' | 'others'> {
  return {
    policy: winner && ranked(winner, rule),
    providersOf: winner && decidesProviders(winner, losers),
    losers: losers.map(({ policy, rule: lostBy }) => ({ ...ranked(policy, lostBy), rule: lostBy })),
    others,
  }
}

function decidesProviders(winner: ClusterPolicy, losers: Explanation['losers']): string | undefined {
  const policies = [winner, ...losers.map(({ policy }) => policy)]
  const decider = deciderOf(policies, 'providers', ({ spec }) => sectionsLeft(spec))
  return decider === undefined || decider === winner ? undefined : idOf(decider)
}

function ranked(policy: ClusterPolicy, rule: PrecedenceRule | undefined): Ranked {
  const { scope, priority, createdAt, isClusterWide, selector, spec } = policy
  const pods = selector === undefined ? 'all pods' : 'some pods'
  return {
    id: idOf(policy),
    scope,
    priority,
    createdAt,
    selects: isClusterWide ? `${pods}, cluster` : `${pods}, namespace`,
    rule,
    mode: spec.compression?.mode ?? 'Enforce',
  }
}

function expectedOf(
  { winner, losers }: Explanation,
  policies: readonly StoredPolicy[],
  version: BundleVersion,
): Expected | undefined {
  if (winner === undefined) return undefined
  const matching = [winner, ...losers.map(({ policy }) => policy)]
  const stored = policies.find(
    ({ metadata }) => metadata.name === winner.name && metadata.namespace === winner.namespace,
  )
  return {
    policy: winner,
    spec: specInForce(matching.map(({ spec }) => spec)),
    hash: writeBundle(matching, version).entries.get(idOf(winner))?.hash,
    word: wordOf(stored),
  }
}

function wordOf(stored: StoredPolicy | undefined): OperatorWord {
  const { metadata, status = {} } = stored ?? { metadata: { name: '' } }
  const { observedGeneration, conditions = [] } = status
  return { generation: metadata.generation ?? 0, observedGeneration, conditions }
}

function expectedFromBundle(bundle: BundleState, expected: Expected | undefined): Expected | undefined {
  if (expected === undefined || bundle.state !== 'read') return expected
  return { ...expected, hash: bundle.entry?.hash }
}

function versionOf(bundle: BundleState): BundleVersion {
  const found = bundle.state === 'read' ? BUNDLE_VERSIONS.find((version) => version === bundle.version) : undefined
  return found ?? BUNDLE_VERSIONS[0]
}
