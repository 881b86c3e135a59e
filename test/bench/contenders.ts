/** Who takes part in a run: the floor, sidecars of this build and of the base as each scenario runs them, the peers. */

import type { Build } from './revision.ts'
import { BASE, THIS } from './rounds.ts'
import type { Running, Scenario } from './scenarios.ts'
import type { Contender } from './servers/contender.ts'
import { startPortkey } from './servers/portkey.ts'
import { CONTENDER_CORE, startFloor, startSidecar } from './servers/start.ts'

export interface Contenders {
  /** Those of a scenario, the floor first. */
  of(scenario: Scenario): readonly Contender[]
  /** All of them, with a name that tells them apart. */
  readonly all: readonly { readonly label: string; readonly contender: Contender }[]
  stop(): Promise<void>
}

export interface Asked {
  readonly scenarios: readonly Scenario[]
  readonly upstream: Contender
  readonly base: Build | undefined
  readonly withPeers: boolean
}

export async function startContenders({ scenarios, upstream, base, withPeers }: Asked): Promise<Contenders> {
  const started: Contender[] = []
  const sidecars = new Map<string, readonly Contender[]>()
  const stop = async (): Promise<void> => {
    for (const contender of started) await contender.stop()
  }
  const keep = (contender: Contender): Contender => {
    started.push(contender)
    return contender
  }
  try {
    const floor = keep(await startFloor(upstream.port))
    for (const { running } of scenarios) {
      if (sidecars.has(labelOf(running))) continue
      const start = async (name: string, root: string): Promise<Contender> =>
        keep(await startSidecar({ ...running, name, root, upstreamPort: upstream.port }))
      const bases = base === undefined ? [] : [await start(BASE, base.root)]
      sidecars.set(labelOf(running), [...bases, await start(THIS, '.')])
    }
    const portkey = withPeers ? await startPortkey(CONTENDER_CORE, upstream.port) : undefined
    if (portkey !== undefined) keep(portkey)
    const direct = { ...upstream, name: 'direct', cpuMicros: () => 0 }
    const others = { direct, portkey }
    return {
      of({ running, others: names }) {
        const taking = names.flatMap((name) => others[name] ?? [])
        return [floor, ...taking, ...(sidecars.get(labelOf(running)) ?? [])]
      },
      all: [
        { label: 'floor', contender: floor },
        ...[...sidecars].flatMap(([label, list]) =>
          list.map((contender) => ({ label: `${contender.name}, ${label}`, contender })),
        ),
        ...(portkey === undefined ? [] : [{ label: 'portkey', contender: portkey }]),
      ],
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

export function labelOf({ mode, profile }: Running): string {
  return mode === 'Disabled' ? mode : profile
}
