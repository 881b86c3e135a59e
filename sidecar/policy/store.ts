/** The policy in force: read once per call, swapped whole, never replaced by a broken one. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { M2MError } from '../../src/core/errors.ts'
import { type CompiledPolicy, compilePolicy, type Upstream, withUpstreams } from '../../src/core/policy/index.ts'
import { type PolicyFiles, readPolicyFiles } from './read.ts'
import { type Watcher, watchPath } from './watcher.ts'

export interface PolicyStore {
  readonly current: CompiledPolicy
  close(): void
}

/** unchanged: the files changed, the policy in them did not. */
export type ReloadResult = 'applied' | 'unchanged' | 'rejected'

export interface PolicyStoreOptions {
  /** A policy file, or a bundle directory; undefined: the fallback serves. */
  readonly path: string | undefined
  /** Serves while there is no policy: no path, or a directory without one so far. */
  readonly fallback: CompiledPolicy
  /** Command-line upstreams; they override those of every policy. */
  readonly upstreams: readonly Upstream[]
  readonly engineVersion: string
  readonly pollMs: number
  readonly log: Pick<Logger, 'info' | 'error'>
  onReload?(result: ReloadResult): void
}

/** @throws M2MError POLICY_INVALID when the policy cannot be used at the start; later the last good one stays in force */
export async function createPolicyStore(options: PolicyStoreOptions): Promise<PolicyStore> {
  const { path, fallback } = options
  if (path === undefined) return { current: fallback, close: () => {} }
  const documents = await import('../../src/core/policy/documents.ts')
  const store = new WatchedStore(path, options, documents)
  return store.start()
}

interface Snapshot {
  readonly policy: CompiledPolicy
  /** The source of the policy, to find whether a new text changes it. */
  readonly source: string
}

type Documents = typeof import('../../src/core/policy/documents.ts')

class WatchedStore implements PolicyStore {
  readonly #path: string
  readonly #options: PolicyStoreOptions
  readonly #documents: Documents
  #snapshot: Snapshot
  /** The files as last seen, good or bad, so that each change is logged once. */
  #seen = ''
  #work: Promise<void> = Promise.resolve()
  #watcher: Watcher | undefined
  #isClosed = false

  constructor(path: string, options: PolicyStoreOptions, documents: Documents) {
    this.#path = path
    this.#options = options
    this.#documents = documents
    this.#snapshot = { policy: options.fallback, source: '' }
  }

  get current(): CompiledPolicy {
    return this.#snapshot.policy
  }

  async start(): Promise<this> {
    try {
      const read = await readNow(this.#path)
      this.#snapshot = this.#compile(read.files)
      this.#seen = read.seen
      this.#tellServing(
        this.#snapshot.source === '' ? 'no policy in this folder yet; the default serves' : 'policy loaded',
      )
    } catch (error) {
      throw asPolicyError(error)
    }
    this.#watcher = watchPath(this.#path, { pollMs: this.#options.pollMs, onChange: () => this.#queueReload() })
    // Finds a change made before the watch began.
    this.#queueReload()
    return this
  }

  close(): void {
    this.#isClosed = true
    this.#watcher?.close()
  }

  /** One at a time: two readings must not overtake each other. */
  #queueReload(): void {
    this.#work = this.#work.then(() => this.#reload())
  }

  async #reload(): Promise<void> {
    const read = await readUnchanging(this.#path, this.#seen)
    if (this.#isClosed || read.seen === this.#seen) return
    this.#seen = read.seen
    this.#options.onReload?.(this.#apply(read.files))
  }

  #apply(files: PolicyFiles | Error): ReloadResult {
    try {
      const next = this.#compile(files)
      const isNew = next.source !== this.#snapshot.source
      if (isNew) this.#snapshot = next
      this.#tellServing(isNew ? 'policy applied' : 'policy files changed, the policy did not')
      return isNew ? 'applied' : 'unchanged'
    } catch (error) {
      this.#options.log.error({ err: asPolicyError(error) }, 'policy rejected, the last good one stays')
      return 'rejected'
    }
  }

  #compile(files: PolicyFiles | Error): Snapshot {
    if (files instanceof Error) throw files
    const { choosePolicy, formatDiagnostic } = this.#documents
    const { policy, errors } = choosePolicy(files.files)
    if (errors.length > 0) throw new Error(errors.map(formatDiagnostic).join('\n'))
    if (policy === undefined) return this.#withoutPolicy(files)
    const { engineVersion, upstreams } = this.#options
    return {
      policy: withUpstreams(compilePolicy(policy.spec, { name: policy.name, engineVersion }), upstreams),
      source: JSON.stringify([policy.name, policy.spec]),
    }
  }

  /** A directory that never held a policy may be empty: its ConfigMap may come later. */
  #withoutPolicy({ isDirectory }: PolicyFiles): Snapshot {
    if (isDirectory && this.#snapshot.source === '') return this.#snapshot
    throw new Error(`${this.#path}: holds no policy`)
  }

  #tellServing(message: string): void {
    const { name, revision, compression } = this.current
    this.#options.log.info({ policy: name, revision, mode: compression.mode, path: this.#path }, message)
  }
}

interface Reading {
  /** The error, when they cannot be read. */
  readonly files: PolicyFiles | Error
  /** The whole content, to compare with. */
  readonly seen: string
}

/** A file written in place is empty or cut short for a moment, and may even be valid: new content must be read twice. */
async function readUnchanging(path: string, known: string): Promise<Reading> {
  let read = await readNow(path)
  for (let attempt = 0; attempt < MAX_READINGS && read.seen !== known; attempt++) {
    await sleep(SETTLE_MS)
    const again = await readNow(path)
    if (again.seen === read.seen) return again
    read = again
  }
  return read
}

const SETTLE_MS = 100

/** After so many readings a file that changes all the time is used as it is. */
const MAX_READINGS = 10

async function readNow(path: string): Promise<Reading> {
  try {
    const files = await readPolicyFiles(path)
    return { files, seen: JSON.stringify(files.files) }
  } catch (error) {
    const files = error instanceof Error ? error : new Error(String(error))
    return { files, seen: files.message }
  }
}

function asPolicyError(error: unknown): M2MError {
  const reason = error instanceof Error ? error.message : String(error)
  return new M2MError(`the policy cannot be used:\n${reason}`, { code: 'POLICY_INVALID', cause: error })
}
