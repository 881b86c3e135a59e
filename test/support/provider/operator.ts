/** What operators do to sidecars while sessions are live: new policies, restarts, a second sidecar that takes over. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, vi } from 'vitest'
import { type Edge, startEdge } from '../edge.ts'
import { closeAfterTest } from '../wire.ts'

export interface OperatorOptions {
  readonly spec?: object
  /** Do sidecars share a folder for their state, over restarts too? Default true. */
  readonly hasState?: boolean
}

export interface Operator {
  /** The sidecar that serves now. */
  readonly edge: Edge
  /** Resolves when every sidecar serves by the policy. */
  setPolicy(spec: object): Promise<void>
  /** The serving sidecar ends, and another one starts. */
  restart(): Promise<void>
  /** Another sidecar serves, and the first one waits for its next turn. */
  takeOver(): Promise<void>
  close(): Promise<void>
}

/** Starts a sidecar that ends with the test. */
export async function operate(
  upstreamUrl: string,
  onFinished: TestContext['onTestFinished'],
  { spec = {}, hasState = true }: OperatorOptions = {},
): Promise<Operator> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-state-'))
  const state = { upstreamUrl, spec, ...(hasState && { stateDir: folder }) }
  const operator = new Fleet(state, await start(state))
  onFinished(() => rm(folder, { recursive: true, force: true }))
  return closeAfterTest(Promise.resolve(operator), onFinished)
}

interface FleetState {
  readonly upstreamUrl: string
  readonly stateDir?: string
  spec: object
}

class Fleet implements Operator {
  readonly #state: FleetState
  /** The first one serves. */
  #edges: Edge[]

  constructor(state: FleetState, edge: Edge) {
    this.#state = state
    this.#edges = [edge]
  }

  get edge(): Edge {
    return this.#edges[0]!
  }

  async setPolicy(spec: object): Promise<void> {
    if (JSON.stringify(spec) === JSON.stringify(this.#state.spec)) return
    this.#state.spec = spec
    await Promise.all(this.#edges.map((edge) => applied(edge, spec)))
  }

  async restart(): Promise<void> {
    const [edge, ...others] = this.#edges
    await edge?.close()
    this.#edges = [await start(this.#state), ...others]
  }

  async takeOver(): Promise<void> {
    const [edge, other] = this.#edges
    this.#edges = [other ?? (await start(this.#state)), edge!]
  }

  async close(): Promise<void> {
    await Promise.all(this.#edges.map((edge) => edge.close()))
  }
}

function start({ upstreamUrl, spec, stateDir }: FleetState): Promise<Edge> {
  return startEdge(upstreamUrl, { spec, pollMs: 500, ...(stateDir !== undefined && { stateDir }) })
}

async function applied(edge: Edge, spec: object): Promise<void> {
  const before = edge.lines.length
  await edge.setPolicy(spec)
  await vi.waitUntil(() => edge.lines.slice(before).some(({ msg }) => /^policy (?:applied|files)/.test(String(msg))), {
    timeout: 10_000,
    interval: 5,
  })
}
