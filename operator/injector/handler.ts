/**
 * One review from its text to its answer. Whatever happens here, the pod is let through: a refusal under `Ignore` and an
 * answer that cannot be read would both keep it from being made, or leave it without a sidecar and without a word.
 */

import type { Logger } from 'pino'
import { injectPod } from '../../src/core/inject/index.ts'
import type { Injection, RawPod, SidecarSettings } from '../../src/core/inject/injection.ts'
import { LABELS, type NamespaceFacts, type PolicySpec } from '../../src/core/policy/documents.ts'
import { createBudget } from './budget.ts'
import type { Observe } from './observe.ts'
import type { Outcome } from './outcome.ts'
import { isUnreadable, type Review, readReview, type Unreadable, writeReview } from './review.ts'
import type { Reply } from './webhook-server.ts'
import { warningsOf } from './words.ts'

export interface HandlerDeps {
  readonly settings: SidecarSettings
  /** Where the injector runs: its own pods never get a sidecar. */
  readonly releaseNamespace: string
  readonly cluster: Cluster
  readonly observe: Observe
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>
}

export interface Cluster {
  /** A promise waits for the first word of a new namespace, but not for long. */
  facts(namespace: string): NamespaceFacts | Promise<NamespaceFacts | undefined>
  policyFor(namespace: NamespaceFacts, labels: Readonly<Record<string, string>>): PolicySpec | undefined
  /** False until all policies are read; where they are not defined, there is none to be read. */
  readonly knowsPolicies: boolean
}

/** Where the API server sends reviews. It has seen the label of the namespace where it takes the second path. */
export const PATHS = { pod: '/inject', namespace: '/inject/namespace' } as const

export function hasPath(path: string): boolean {
  return path === PATHS.pod || path === PATHS.namespace
}

/** @returns answers a body that came by one of the paths; never rejects */
export function createHandler(deps: HandlerDeps): (path: string, text: string) => Promise<Reply> {
  const isLineWithin = createBudget()
  return async (path, text) => {
    const began = performance.now()
    const first = look(text, deps.cluster)
    const { facts, review } = first instanceof Promise ? { facts: await first, review: readReview(text) } : first
    if (isUnreadable(review)) return refuse(review, { ...deps, isLineWithin })
    const { outcome, body } = await decide(review, { path, facts, deps })
    deps.observe.answered(review, outcome, performance.now() - began)
    return { status: 200, body }
  }
}

interface Look {
  readonly review: Review | Unreadable
  /** Undefined: the watch has not told of the namespace. */
  readonly facts: NamespaceFacts | undefined
}

/** A review that has to wait is read again afterwards: what was read takes up to twenty times the memory of its text. */
function look(text: string, cluster: Cluster): Look | Promise<NamespaceFacts | undefined> {
  const review = readReview(text)
  if (isUnreadable(review)) return { review, facts: undefined }
  const facts = cluster.facts(review.namespace)
  return facts instanceof Promise ? facts : { review, facts }
}

interface Refusing extends Pick<HandlerDeps, 'observe' | 'log'> {
  isLineWithin(): boolean
}

function refuse(fault: Unreadable, { observe, log, isLineWithin }: Refusing): Reply {
  observe.refused(fault.cause)
  // Anybody in the cluster may send these. The figure counts them all.
  if (isLineWithin()) log.warn({ cause: fault.cause }, `no AdmissionReview: ${fault.message}`)
  return { status: 400, body: JSON.stringify({ message: `m2m: ${fault.message}` }) }
}

interface Asked extends Pick<Look, 'facts'> {
  readonly path: string
  readonly deps: HandlerDeps
}

interface Decided {
  readonly outcome: Outcome
  readonly body: string
}

async function decide(review: Review, asked: Asked): Promise<Decided> {
  const { observe, log } = asked.deps
  const { namespace } = review
  try {
    return written(review, await observe.span(namespace, () => outcomeOf(review, asked)))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    log.error({ namespace, err: error }, 'a pod was let through without a sidecar: this is a fault of the injector')
    return written(review, { result: 'failed', reason: 'InjectorFault', message })
  }
}

function written({ uid }: Review, outcome: Outcome): Decided {
  const patch = 'patch' in outcome ? outcome.patch : []
  return { outcome, body: writeReview(uid, { patch, warnings: warningsOf(outcome) }) }
}

async function outcomeOf(review: Review, asked: Asked): Promise<Outcome> {
  const { operation, resource, pod } = review
  if (operation !== 'CREATE' || resource !== 'pods') {
    return { result: 'not-asked', reason: 'OtherRequest', message: `${operation} of ${resource} changes no sidecar` }
  }
  if (pod === undefined) return { result: 'not-asked', reason: 'NoObject', message: 'the request has no object' }
  return inject(pod, review, asked)
}

async function inject(pod: RawPod, { namespace: name }: Review, { path, facts, deps }: Asked): Promise<Injection> {
  const { cluster, settings, releaseNamespace } = deps
  const namespace = seenBy(path, facts ?? { name, labels: { 'kubernetes.io/metadata.name': name } })
  const policy = cluster.policyFor(namespace, pod.metadata?.labels ?? {})
  const injection = injectPod(pod, { namespace, policy, settings, releaseNamespace })
  if (injection.result !== 'injected' || cluster.knowsPolicies) return injection
  return { ...injection, notes: [...injection.notes, UNKNOWN_POLICIES] }
}

/** The API server saw the label, whatever the watch has told so far. */
function seenBy(path: string, facts: NamespaceFacts): NamespaceFacts {
  if (path !== PATHS.namespace || facts.labels[LABELS.inject] === 'true') return facts
  return { ...facts, labels: { ...facts.labels, [LABELS.inject]: 'true' } }
}

const UNKNOWN_POLICIES = {
  reason: 'PoliciesUnknown',
  message: 'the injector has not read the policies yet: this pod has the defaults, delete it to have what they say',
} as const
