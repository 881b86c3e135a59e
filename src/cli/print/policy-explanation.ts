/** An explanation of a pod's policy, as lines. */

import type { Excluded } from '../../core/policy/documents.ts'
import type { Explained, ExplainedCluster, Ranked } from '../explain/explained.ts'
import type { Injection } from '../explain/injection.ts'
import { isUnreachable } from '../explain/verdict.ts'
import { columns } from './table.ts'

export function explanationLines(explained: Explained): readonly string[] {
  const { pod, policy, providersOf, losers, others, injection, cluster, notes } = explained
  const facts = [
    ['policy', policyText(policy, losers[0]?.id)],
    ...(providersOf === undefined ? [] : [['providers', `of ${providersOf}`]]),
    ...(injection === undefined ? [] : [['sidecar', sidecarText(injection, pod.name)]]),
    ...(cluster === undefined
      ? []
      : [
          ['bundle', bundleText(cluster)],
          ['runs', runsText(cluster)],
        ]),
  ]
  const table = [
    ...(policy === undefined ? [] : [rankedRow(policy, 'holds')]),
    ...losers.map(loserRow),
    ...others.map(otherRow),
  ]
  return [
    podText(pod),
    columns(facts.map(([name = '', text = '']) => [`  ${name}`, text])),
    ...(table.length === 0 ? [] : ['', columns([HEAD, ...table])]),
    ...section('blocked:', cluster?.blocks.map(({ reason, message }) => `${reason}: ${message}`) ?? []),
    ...section('not known:', notes),
  ].map(printable)
}

/** What pods answer, and bundles hold that were edited by hand, may be commands to a terminal, or turn its text around. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (character === '\n' ? character : '\ufffd'))
}

const HEAD = ['POLICY', 'SCOPE', 'SELECTS', 'PRIORITY', 'CREATED', 'MODE', 'RESULT']

function podText({ namespace, name, labels }: Explained['pod']): string {
  const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const known = words.length === 0 ? 'no labels' : words.join(', ')
  return name === undefined ? `a pod of namespace ${namespace} (${known})` : `pod ${namespace}/${name} (${known})`
}

function sidecarText({ isInjected, because }: Injection, name: string | undefined): string {
  const [yes, no] = name === undefined ? ['it would get one', 'it would get none'] : ['yes', 'none']
  return `${isInjected ? yes : no}: ${because}`
}

function policyText(policy: Ranked | undefined, next: string | undefined): string {
  if (policy === undefined) return "none: the sidecar's default serves"
  return policy.rule === undefined ? `${policy.id}, the only one` : `${policy.id}, by ${policy.rule} over ${next}`
}

function bundleText({ bundle }: ExplainedCluster): string {
  if (bundle.state === 'missing') return 'none'
  if (bundle.state === 'unreadable') return `unreadable: index.json ${bundle.message}`
  const { version, entry } = bundle
  return `version ${version}, ${entry === undefined ? 'no policy for this pod' : `${entry.key}, hash ${short(entry.hash)}`}`
}

function runsText({ runs, blocks }: ExplainedCluster): string {
  if (isUnreachable(runs)) return `not known: ${runs.problem}`
  const id = runs.namespace === '' ? runs.name : `${runs.namespace}/${runs.name}`
  const hash = runs.hash === '' ? 'of no bundle' : `hash ${short(runs.hash)}`
  const verdict = blocks.length === 0 ? 'as it should' : 'see below'
  return `${id}, revision ${runs.revision}, ${hash}: ${verdict}`
}

/** Enough to compare by eye. */
function short(hash: string): string {
  return hash.slice(0, 12)
}

function loserRow(loser: Explained['losers'][number]): string[] {
  return rankedRow(loser, `loses by ${loser.rule}`)
}

function rankedRow({ id, scope, selects, priority, createdAt, mode }: Ranked, result: string): string[] {
  return [id, scope, selects, String(priority), createdAt === '' ? '-' : createdAt, mode, result]
}

function otherRow({ id, reason, detail }: Excluded): string[] {
  return [id, '-', '-', '-', '-', '-', `not in question: ${REASONS[reason]}${detail === '' ? '' : `: ${detail}`}`]
}

const REASONS: Readonly<Record<Excluded['reason'], string>> = {
  Invalid: 'refused',
  NamespaceSelectorNotAllowed: 'refused',
  Suspended: 'suspended',
  OtherNamespace: 'of another namespace',
  NamespaceSelector: "its namespaceSelector, by the namespace's labels",
  Selector: "its selector, by the pod's labels",
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}
