/** Conditions as the API conventions have them: one of each type, and the time of the last flip of its status. */

export interface Condition {
  readonly type: ConditionType
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  readonly observedGeneration: number
  /** RFC 3339, whole seconds. */
  readonly lastTransitionTime: string
}

export type ConditionType = 'Accepted' | 'Programmed' | 'Overridden' | 'RestartRequired'

/** What a condition should say now. */
export type Finding = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

/** The API server takes 32 KiB; nobody reads that. */
const MAX_MESSAGE = 2048

/** @param before as stored, by anyone: only types and times are taken over, where the status is still the same */
export function conditionsOf(
  findings: readonly Finding[],
  { before = [], generation, now }: { before?: readonly Condition[]; generation: number; now: Date },
): readonly Condition[] {
  return findings.map((finding) => {
    const known = before.find(({ type }) => type === finding.type)
    return {
      ...finding,
      // Half a character is stored as another one, and would differ from what is stored for ever.
      message: finding.message.slice(0, MAX_MESSAGE).toWellFormed(),
      observedGeneration: generation,
      lastTransitionTime: known?.status === finding.status ? known.lastTransitionTime : wholeSeconds(now),
    }
  })
}

function wholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
