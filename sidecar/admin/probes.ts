/** What a cluster asks the admin port for. The port answers by itself: a pod that is only probed and scraped loads no framework. */

import type { ServerResponse } from 'node:http'
import type { Telemetry } from '../telemetry/index.ts'
import type { SidecarState } from './status.ts'

export interface ProbeDeps {
  readonly policies: { readonly current: { readonly telemetry: { readonly metrics: boolean } } }
  readonly telemetry: Pick<Telemetry, 'prometheusText'>
  state(): SidecarState
}

/** Answers a GET or a HEAD. */
type Answer = (res: ServerResponse, deps: ProbeDeps) => Promise<void>

const TEXT = 'text/plain'
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

/** By path. */
export const PROBES: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ['/livez', stateProbe(() => true)],
  ['/startupz', stateProbe((state) => state !== 'starting')],
  ['/readyz', stateProbe((state) => state === 'ready')],
  ['/metrics', metrics],
])

function stateProbe(isGood: (state: SidecarState) => boolean): Answer {
  return async (res, deps) => {
    const state = deps.state()
    answer(res, { status: isGood(state) ? 200 : 503, type: TEXT, text: `${state}\n` })
  }
}

async function metrics(res: ServerResponse, { policies, telemetry }: ProbeDeps): Promise<void> {
  if (policies.current.telemetry.metrics) {
    answer(res, { status: 200, type: PROMETHEUS, text: await telemetry.prometheusText() })
  } else answer(res, { status: 404, type: TEXT, text: 'M2M: the policy has telemetry.metrics: false\n' })
}

function answer(res: ServerResponse, { status, type, text }: { status: number; type: string; text: string }): void {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text)
}
