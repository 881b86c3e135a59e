/** Which policy a sidecar runs, read from its `/metrics`: the only thing that it tells beyond loopback. */

export interface RunningPolicy {
  readonly name: string
  /** Empty: the policy names none. */
  readonly namespace: string
  /** Hash of what changes bytes on the wire; it depends on the version of the sidecar. */
  readonly revision: string
  /** Of the policy's entry in the bundle; empty: it runs none of a bundle. */
  readonly hash: string
  /** The sidecar cannot use the files that it has now. */
  readonly isStale: boolean
}

/** @param metrics Prometheus text of whoever answered there @returns undefined: it does not say it */
export function runningPolicy(metrics: string): RunningPolicy | undefined {
  // Names and hashes are short, and whoever answers there need not be a sidecar: longer ones are not looked at.
  const found = /^m2m_policy_info\{([^\n]{0,1024})\} 1(?:\.0)?(?: \d+)?$/m.exec(metrics)?.[1]
  if (found === undefined) return undefined
  // A copy: parts of a text keep all of it in memory, and an operator keeps the answers of thousands of pods.
  const labels = Buffer.from(found).toString()
  const values = new Map(
    [...labels.matchAll(/(\w+)="([-.0-9A-Za-z]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  return {
    name: values.get('policy') ?? '',
    namespace: values.get('policy_namespace') ?? '',
    revision: values.get('revision') ?? '',
    hash: values.get('hash') ?? '',
    isStale: /^m2m_config_stale 1(?:\.0)?(?: \d+)?$/m.test(metrics),
  }
}
