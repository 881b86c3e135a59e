/**
 * Looks at pods, a few at a time: what do they run? Some of each namespace, once a minute; sooner and more often after its
 * bundle has changed.
 */

import type { RunningPolicy } from '../../src/core/policy/documents.ts'
import type { KeptPod } from '../controller/kept.ts'
import type { PodReport } from '../controller/tally.ts'
import type { AskSidecar } from './ask-sidecar.ts'

export interface Looks {
  start(): void
  stop(): Promise<void>
  reportOf(pod: KeptPod): PodReport
  /** The pods of a namespace are about to change: look at them soon. */
  soon(namespace: string): void
}

export interface LooksOptions {
  readonly ask: AskSidecar['ask']
  pods(): Iterable<KeptPod>
  /** A pod of this namespace runs something else than was known. */
  onNews(namespace: string): void
  onLook?(result: 'answered' | 'silent'): void
  /** Of each namespace. 20. */
  readonly sample?: number
  /** Questions under way at once. 8. */
  readonly concurrency?: number
  /** Questions in a second. 40. */
  readonly perSecond?: number
  /** Between two looks at a pod whose bundle does not change. 1 min. */
  readonly intervalMs?: number
}

interface Look {
  readonly uid: string
  report: RunningPolicy | 'silent' | undefined
  dueMs: number
  delayMs: number
}

const FIRST_DELAY_MS = 1_000

export function createLooks(options: LooksOptions): Looks {
  const { ask, pods, onNews, onLook, sample = 20, concurrency = 8, perSecond = 40, intervalMs = 60_000 } = options
  let looks = new Map<string, Look>()
  let timer: NodeJS.Timeout | undefined
  /** Whose turn it is was never decided before: anybody may be in the sample. */
  let hasChosen = false
  let round: Promise<void> = Promise.resolve()

  const look = async (pod: KeptPod, state: Look): Promise<void> => {
    const { address } = pod
    if (address === undefined) return
    const report = (await ask(address)) ?? 'silent'
    onLook?.(report === 'silent' ? 'silent' : 'answered')
    const isNews = JSON.stringify(report) !== JSON.stringify(state.report)
    state.report = report
    // Also after news: a pod that says something else each time is asked no more often than others.
    state.delayMs = Math.min(state.delayMs * 2, intervalMs)
    state.dueMs = performance.now() + state.delayMs
    if (isNews) onNews(pod.namespace)
  }
  const runRound = async (): Promise<void> => {
    const chosen = choose(pods(), looks, sample)
    hasChosen = true
    looks = new Map(chosen.map(({ key, state }) => [key, state]))
    const now = performance.now()
    const due = chosen.filter(({ state }) => state.dueMs <= now).sort((a, b) => a.state.dueMs - b.state.dueMs)
    const waiting = due.slice(0, perSecond)
    const worker = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await look(next.pod, next.state)
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }
  const schedule = (): void => {
    timer = setTimeout(() => {
      round = runRound().finally(() => {
        if (timer !== undefined) schedule()
      })
    }, 1000)
  }
  return {
    start: () => void (timer ?? schedule()),
    async stop() {
      clearTimeout(timer)
      timer = undefined
      await round
    },
    reportOf({ namespace, name, uid, address }) {
      const known = looks.get(`${namespace}/${name}`)
      if (known?.uid === uid) return known.report ?? 'not asked'
      const isToBeChosen = timer !== undefined && !hasChosen && address !== undefined
      return isToBeChosen ? 'not asked' : 'not looked at'
    },
    soon(namespace) {
      for (const [key, state] of looks) {
        if (!key.startsWith(`${namespace}/`)) continue
        state.delayMs = FIRST_DELAY_MS
        state.dueMs = Math.min(state.dueMs, performance.now() + FIRST_DELAY_MS)
      }
    },
  }
}

interface Chosen {
  readonly key: string
  readonly pod: KeptPod
  readonly state: Look
}

/** The first ones of each namespace that can be asked, with what is known of them. */
function choose(pods: Iterable<KeptPod>, known: ReadonlyMap<string, Look>, sample: number): Chosen[] {
  const taken = new Map<string, number>()
  const chosen: Chosen[] = []
  for (const pod of pods) {
    const { namespace, name, uid, isLive, address } = pod
    const count = taken.get(namespace) ?? 0
    if (!isLive || address === undefined || count >= sample) continue
    taken.set(namespace, count + 1)
    const key = `${namespace}/${name}`
    const before = known.get(key)
    const state = before?.uid === uid ? before : { uid, report: undefined, dueMs: 0, delayMs: FIRST_DELAY_MS }
    chosen.push({ key, pod, state })
  }
  return chosen
}
