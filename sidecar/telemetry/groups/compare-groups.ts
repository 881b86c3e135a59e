/**
 * Compares treated and held-out sessions, in words. A form that a model reads badly shows as longer sessions and more
 * tool errors. A difference that chance can explain is not reported as one.
 */

import type { Group } from '../../session/group.ts'
import type { GroupTotals } from './group-totals.ts'
import { difference, type Sample } from './sample.ts'

/** With fewer sessions in a group, one long session would decide. */
const ENOUGH = 30

export function compareGroups({ treated, holdout, audit }: Partial<Record<Group, GroupTotals>>): string {
  if (treated === undefined && holdout === undefined) {
    return audit === undefined ? 'No session yet.' : 'In Audit mode nothing is changed, so there is nothing to compare.'
  }
  if (treated === undefined || holdout === undefined) {
    return 'One group only: compression.holdoutPercent leaves a share of the sessions untouched, to compare with.'
  }
  const sizes = `${treated.turns.count} treated and ${holdout.turns.count} held-out sessions`
  if (Math.min(treated.turns.count, holdout.turns.count) < ENOUGH) {
    return `${sizes}: too few to compare. With ${ENOUGH} in each, differences become meaningful.`
  }
  const turns = inWords('turns per session', treated.turns, holdout.turns)
  const errors = inWords('tool errors per session', treated.errors, holdout.errors)
  return `${sizes}. ${turns} ${errors}`
}

function inWords(what: string, treated: Sample, holdout: Sample): string {
  const { mean, low, high } = difference(treated, holdout)
  const interval = `95 % interval ${signed(low)} to ${signed(high)}`
  if (low <= 0 && high >= 0)
    return `No clear difference in ${what}: chance can explain it (${signed(mean)}, ${interval}).`
  const [more, verdict] =
    mean > 0 ? ['more', 'compression may do harm here'] : ['fewer', 'compression does no harm here']
  return `Treated sessions have ${more} ${what} (${signed(mean)}, ${interval}): ${verdict}.`
}

function signed(value: number): string {
  const digits = value.toFixed(2)
  return value > 0 ? `+${digits}` : digits
}
