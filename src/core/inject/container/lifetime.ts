/** How the sidecar's container starts, lives and ends, in each of the two modes. */

import { execProbe } from '../meshes/index.ts'

/** The kubelet's own (PodSpec, terminationGracePeriodSeconds). */
const DEFAULT_GRACE_SECONDS = 30

/** A native sidecar is asked to end when the application has ended: only what it has left to write is waited for. */
const NATIVE_DRAIN_SECONDS = 5

export interface Lifetime {
  readonly drainSeconds: number
  /** What only this mode has. */
  readonly fields: Readonly<Record<string, unknown>>
}

export function nativeLifetime(): Lifetime {
  return { drainSeconds: NATIVE_DRAIN_SECONDS, fields: { restartPolicy: 'Always' } }
}

/**
 * One more container is asked to end together with the application, whose last calls must still pass. It stays for some
 * seconds, then refuses new calls and ends the ones under way. The next container starts when `postStart` is over.
 */
export function classicLifetime(adminPort: number, graceSeconds: number = DEFAULT_GRACE_SECONDS): Lifetime {
  const stay = Math.max(0, Math.min(5, Math.floor(graceSeconds / 3)))
  const drainSeconds = Math.max(1, Math.min(25, graceSeconds - stay - 2))
  const lifecycle = {
    postStart: { exec: { command: nodeCommand(awaitReady(adminPort)) } },
    ...(stay > 0 && { preStop: { exec: { command: nodeCommand(`setTimeout(()=>{},${stay}000)`) } } }),
  }
  return { drainSeconds, fields: { lifecycle } }
}

/** Tries until the sidecar answers, two minutes at most: then its container is restarted. */
function awaitReady(port: number): string {
  const url = JSON.stringify(`http://127.0.0.1:${port}/readyz`)
  return (
    `let n=0;const again=()=>n++<600?setTimeout(ask,200):process.exit(1);` +
    `const ask=()=>require('http').get(${url},(r)=>r.statusCode===200?process.exit(0):(r.resume(),again())).on('error',again);ask()`
  )
}

function nodeCommand(script: string): readonly string[] {
  return ['/nodejs/bin/node', '-e', script]
}

/** Everything after the sidecar waits for the first probe. The second one restarts it when it has not answered for minutes. */
export function probesOf(adminPort: number, isCaptured: boolean): Readonly<Record<string, unknown>> {
  // The usual second is short for a process that is short of CPU: a probe that is cut off only asks again.
  const startup = { periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 120 }
  if (isCaptured) return { startupProbe: { exec: execProbe(adminPort, '/readyz'), ...startup } }
  const httpGet = (path: string) => ({ httpGet: { path, port: adminPort, scheme: 'HTTP' } })
  return {
    startupProbe: { ...httpGet('/readyz'), ...startup },
    livenessProbe: { ...httpGet('/livez'), periodSeconds: 20, timeoutSeconds: 10, failureThreshold: 6 },
  }
}
