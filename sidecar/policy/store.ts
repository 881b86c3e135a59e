/** The policy in force: read once per call, swapped whole, never replaced by a broken one. */

import type { Logger } from 'pino'
import { M2MError } from '../../src/core/errors.ts'
import {
  type CompiledPolicy,
  compilePolicy,
  type PolicySpec,
  type Upstream,
  withUpstreams,
} from '../../src/core/policy/index.ts'
import { type PolicySource, type PolicyText, readNow, readUnchanging } from './read.ts'
import { type Watcher, watchPath } from './watcher.ts'

export interface PolicyStore extends PolicyFigures {
  readonly current: CompiledPolicy
  close(): void
}

export interface PolicyFigures {
  /** What `current` is, for those who ask which policy a pod runs. */
  readonly inForce: PolicyInForce
  /** The files as they are now cannot be used: an older policy, or the fallback, serves. */
  readonly isStale: boolean
}

export interface PolicyInForce {
  readonly name: string
  /** Empty where the policy names none. */
  readonly namespace: string
  readonly revision: string
  /** Of the file in a bundle, as its index gives it; empty without one. */
  readonly hash: string
}

/** unchanged: the files changed, the policy in them did not. */
export type ReloadResult = 'applied' | 'unchanged' | 'rejected'

export interface PolicyStoreOptions extends Omit<PolicySource, 'path'> {
  /** A policy file, or a bundle directory; undefined: the fallback serves. */
  readonly path: string | undefined
  /** Serves while there is no policy: no path, a directory without one so far, a bundle without one for this pod. */
  readonly fallback: CompiledPolicy
  /** Command-line upstreams; they override those of every policy. */
  readonly upstreams: readonly Upstream[]
  readonly engineVersion: string
  /** Every policy has its compression switched off. */
  readonly isCompressionOff?: boolean
  readonly pollMs: number
  readonly log: Pick<Logger, 'info' | 'error'>
  onReload?(result: ReloadResult): void
}

/**
 * @throws M2MError POLICY_INVALID when the policy cannot be used at the start; later the last good one stays in force. A
 * bundle of an operator never keeps a pod from starting: until it can be used, the fallback serves.
 */
export async function createPolicyStore(options: PolicyStoreOptions): Promise<PolicyStore> {
  const { path, labelsPath, fallback } = options
  if (path === undefined) {
    return { current: fallback, inForce: inForceOf(fallback), isStale: false, close: () => {} }
  }
  const documents = await import('../../src/core/policy/documents.ts')
  const store = new WatchedStore({ path, labelsPath }, options, documents)
  return store.start()
}

function inForceOf(
  { name, revision }: CompiledPolicy,
  { namespace, hash }: Partial<PolicyInForce> = {},
): PolicyInForce {
  return { name, namespace: namespace ?? '', revision, hash: hash ?? '' }
}

interface Snapshot {
  readonly policy: CompiledPolicy
  readonly inForce: PolicyInForce
  /** The source of the policy, to find whether a new text changes it; empty for the fallback. */
  readonly source: string
  /** Why the fallback serves. */
  readonly absence: string
}

const NO_POLICY_FOR_POD = 'no policy for this pod in the bundle'

type Documents = typeof import('../../src/core/policy/documents.ts')

class WatchedStore implements PolicyStore {
  readonly #at: PolicySource
  readonly #options: PolicyStoreOptions
  readonly #documents: Documents
  #snapshot: Snapshot
  /** The files as last seen, good or bad, so that each change is logged once. */
  #seen = ''
  #work: Promise<void> = Promise.resolve()
  #watchers: readonly Watcher[] = []
  #isStale = false
  #isClosed = false

  constructor(at: PolicySource, options: PolicyStoreOptions, documents: Documents) {
    this.#at = at
    this.#options = options
    this.#documents = documents
    this.#snapshot = this.#fallback('')
  }

  get current(): CompiledPolicy {
    return this.#snapshot.policy
  }

  get inForce(): PolicyInForce {
    return this.#snapshot.inForce
  }

  get isStale(): boolean {
    return this.#isStale
  }

  async start(): Promise<this> {
    const { text, seen } = await readNow(this.#at)
    this.#seen = seen
    try {
      this.#snapshot = this.#compile(text)
      this.#tellServing('policy loaded')
    } catch (error) {
      if (!this.#isBundle(text)) throw asPolicyError(error)
      this.#isStale = true
      this.#options.log.error({ err: asPolicyError(error) }, 'policy rejected, the default serves')
    }
    const { path, labelsPath } = this.#at
    const { pollMs } = this.#options
    this.#watchers = [path, ...(labelsPath === undefined ? [] : [labelsPath])].map((each) =>
      watchPath(each, { pollMs, onChange: () => this.#queueReload() }),
    )
    // Finds a change made before the watch began.
    this.#queueReload()
    return this
  }

  close(): void {
    this.#isClosed = true
    for (const watcher of this.#watchers) watcher.close()
  }

  /** One at a time: two readings must not overtake each other. */
  #queueReload(): void {
    this.#work = this.#work.then(() => this.#reload())
  }

  async #reload(): Promise<void> {
    const { text, seen } = await readUnchanging(this.#at, this.#seen)
    if (this.#isClosed || seen === this.#seen) return
    this.#seen = seen
    const result = this.#apply(text)
    this.#isStale = result === 'rejected'
    this.#options.onReload?.(result)
  }

  #apply(text: PolicyText | Error): ReloadResult {
    try {
      const next = this.#compile(text)
      const isNew = next.source !== this.#snapshot.source
      // The same policy may stand in another file: calls go on with the very same object.
      this.#snapshot = isNew ? next : { ...next, policy: this.#snapshot.policy }
      this.#tellServing(isNew ? 'policy applied' : 'policy files changed, the policy did not')
      return isNew ? 'applied' : 'unchanged'
    } catch (error) {
      this.#options.log.error({ err: asPolicyError(error) }, 'policy rejected, the last good one stays')
      return 'rejected'
    }
  }

  #compile(text: PolicyText | Error): Snapshot {
    if (text instanceof Error) throw text
    if (text.labels instanceof Error) throw text.labels
    const { choosePolicy, formatDiagnostic } = this.#documents
    const { policy: chosen, isIndexed, hash = '', errors } = choosePolicy(text.files, text.labels)
    if (errors.length > 0) throw new Error(errors.map(formatDiagnostic).join('\n'))
    if (chosen === undefined) return isIndexed ? this.#fallback(NO_POLICY_FOR_POD) : this.#withoutPolicy(text)
    const { namespace = '', name, spec } = chosen
    const { engineVersion, upstreams, isCompressionOff = false } = this.#options
    const held = isCompressionOff ? withoutCompression(spec) : spec
    const policy = withUpstreams(compilePolicy(held, { name, engineVersion }), upstreams)
    const inForce = inForceOf(policy, { namespace, hash })
    return { policy, inForce, source: JSON.stringify([namespace, name, spec]), absence: '' }
  }

  /** A directory that never held a policy may be empty: its ConfigMap may come later. */
  #withoutPolicy({ isDirectory }: PolicyText): Snapshot {
    if (isDirectory && this.#snapshot.source === '') return this.#fallback('no policy in this folder yet')
    throw new Error(`${this.#at.path}: holds no policy`)
  }

  #fallback(absence: string): Snapshot {
    const { fallback } = this.#options
    return { policy: fallback, inForce: inForceOf(fallback), source: '', absence }
  }

  #isBundle(text: PolicyText | Error): boolean {
    return !(text instanceof Error) && text.files.some(({ name }) => name === this.#documents.BUNDLE_INDEX)
  }

  #tellServing(message: string): void {
    const { inForce, policy, absence } = this.#snapshot
    const { name, namespace, revision, hash } = inForce
    const bundled = hash === '' ? {} : { policy_namespace: namespace, hash }
    this.#options.log.info(
      { policy: name, ...bundled, revision, mode: policy.compression.mode, path: this.#at.path },
      absence === '' ? message : `${absence}; the default serves`,
    )
  }
}

function withoutCompression(spec: PolicySpec): PolicySpec {
  return { ...spec, compression: { ...spec.compression, mode: 'Disabled' } }
}

function asPolicyError(error: unknown): M2MError {
  const reason = error instanceof Error ? error.message : String(error)
  return new M2MError(`the policy cannot be used:\n${reason}`, { code: 'POLICY_INVALID', cause: error })
}
