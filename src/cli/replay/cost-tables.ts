/** The cost of the sessions' input under simulated prompt caches of the providers. */

import type { CacheCost, CompressionCost, ReplayResult, SetResult } from '../../replay/index.ts'
import { nameOf } from './names.ts'
import type { Table } from './table-of.ts'

/** Empty when costs are switched off or no set holds sessions. */
export function costTables({ sets, one_shot_cost }: ReplayResult): readonly Table[] {
  if (sets.every(({ cost }) => cost === undefined)) return []
  return [markTable(sets, one_shot_cost), compressionTable(sets), bothTable(sets)]
}

/** The costs of cache marks alone depend on the set only, not on the profile. */
function markTable(sets: readonly SetResult[], oneShots: ReplayResult['one_shot_cost']): Table {
  const bySet = new Map(sets.flatMap(({ name, cost }) => (cost === undefined ? [] : [[name, cost] as const])))
  const columns: [string, Costs][] = [...bySet]
  if (bySet.size > 1) columns.push(['all of them', total([...bySet.values()])])
  if (oneShots !== undefined) columns.push(['one-shot calls (made up)', oneShots])
  return {
    title:
      'Input cost with the cache keeper, compression off, under simulated prompt caches (1: nothing marked; client: as it marked itself; best: in hindsight; worst: the worst session)',
    head: ['rules', ...columns.map(([name]) => name)],
    rows: Object.keys(columns[0]?.[1] ?? {}).map((ruleSet) => [
      ruleSet,
      ...columns.map(([, costs]) => markCell(costs[ruleSet])),
    ]),
  }
}

type Costs = Readonly<Record<string, CacheCost>>

function markCell(cost: CacheCost | undefined): string {
  if (cost === undefined) return '-'
  const { unmarked, as_client, as_sent, best, worst_session } = cost
  const [sent, client, least] = [as_sent, as_client, best].map((each) => share(each, unmarked))
  // Most recorded clients set no marks.
  const marked = as_client === unmarked ? '' : `client ${client}, `
  return `${sent} (${marked}best ${least}, worst ${worst_session.toFixed(3)})`
}

function total(costs: readonly Costs[]): Costs {
  const sums = Object.keys(costs[0] ?? {}).map((ruleSet) => {
    const each = costs.flatMap((set) => set[ruleSet] ?? [])
    const sum = (pick: (cost: CacheCost) => number): number => each.reduce((all, cost) => all + pick(cost), 0)
    const whole = {
      unmarked: sum(({ unmarked }) => unmarked),
      as_client: sum(({ as_client }) => as_client),
      as_sent: sum(({ as_sent }) => as_sent),
      best: sum(({ best }) => best),
      worst_session: Math.max(...each.map(({ worst_session }) => worst_session)),
    }
    return [ruleSet, whole] as const
  })
  return Object.fromEntries(sums)
}

function compressionTable(sets: readonly SetResult[]): Table {
  return byProfile(sets, {
    title: 'Input cost with compression alone, the cache keeper off (1: not compressed; worst: the worst session)',
    cell: ({ before, after, worst_session }) => `${share(after, before)} (worst ${worst_session.toFixed(3)})`,
  })
}

function bothTable(sets: readonly SetResult[]): Table {
  return byProfile(sets, {
    title: 'Input cost with compression and the cache keeper (1: not compressed, nothing marked)',
    cell: ({ unmarked, with_keeper }) => share(with_keeper, unmarked),
  })
}

interface Cells {
  readonly title: string
  cell(cost: CompressionCost): string
}

/** A row per set and rule set, a column per profile. */
function byProfile(sets: readonly SetResult[], { title, cell }: Cells): Table {
  const profiles = [...new Set(sets.map(({ profile }) => profile))]
  const rows = [...Map.groupBy(sets, nameOf)].flatMap(([name, group]) =>
    Object.keys(group[0]?.compression_cost ?? {}).map((ruleSet) => {
      const cells = profiles.map((profile) => {
        const cost = group.find((set) => set.profile === profile)?.compression_cost?.[ruleSet]
        return cost === undefined ? '' : cell(cost)
      })
      return [name, ruleSet, ...cells]
    }),
  )
  return { title, head: ['set', 'rules', ...profiles], rows, texts: 2 }
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : (part / whole).toFixed(3)
}
