/** What the sessions' input costs under the simulated prompt caches of the providers. */

import type { CacheCost, ReplayResult, SetResult } from '../../replay/index.ts'
import { grouped } from '../table.ts'
import { nameOf } from './names.ts'
import type { Table } from './table-of.ts'

/** Empty when no costs were asked for, or no set holds sessions. */
export function costTables({ sets, one_shot_cost }: ReplayResult): readonly Table[] {
  const tables = [keeperTable(sets, one_shot_cost), compressionTable(sets)]
  return tables.filter(({ rows }) => rows.length > 0)
}

function keeperTable(sets: readonly SetResult[], oneShots: ReplayResult['one_shot_cost']): Table {
  // The keeper's costs are those of the set, whatever the profile.
  const bySet = new Map(sets.map(({ name, cost }) => [name, cost]))
  const rows = [...bySet, ['one-shot calls (made up)', oneShots] as const].flatMap(([name, cost]) =>
    Object.entries(cost ?? {}).map(([ruleSet, each]) => keeperRow(name, ruleSet, each)),
  )
  return {
    title: 'Input cost under the prompt cache with the cache keeper, compression off (1 = nothing marked)',
    head: ['set', 'rules', 'tokens at full price', 'as the client sent', 'as we send', 'best', 'worst session'],
    rows,
    texts: 2,
  }
}

function keeperRow(name: string, ruleSet: string, cost: CacheCost): string[] {
  const { unmarked, as_client, as_sent, best, worst_session } = cost
  const shares = [as_client, as_sent, best].map((each) => share(each, unmarked))
  return [name, ruleSet, grouped(unmarked), ...shares, worst_session.toFixed(3)]
}

function compressionTable(sets: readonly SetResult[]): Table {
  const profiles = [...new Set(sets.map(({ profile }) => profile))]
  const rows = [...Map.groupBy(sets, nameOf)].flatMap(([name, group]) =>
    Object.entries(group[0]?.compression_cost ?? {}).map(([ruleSet, { before }]) => {
      const cells = profiles.map((profile) => {
        const cost = group.find((set) => set.profile === profile)?.compression_cost?.[ruleSet]
        return cost === undefined ? '' : `${share(cost.after, before)}, ${cost.worst_session.toFixed(3)}`
      })
      return [name, ruleSet, grouped(before), ...cells]
    }),
  )
  return {
    title: 'Input cost under the prompt cache with compression alone: all sessions, the worst one (1 = not compressed)',
    head: ['set', 'rules', 'tokens at full price', ...profiles],
    rows,
    texts: 2,
  }
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3)
}
