/**
 * Keys of a variable or of a file (`providers[].credentials` of mode Env or File) are for the policy files of a person. From a
 * cluster they would let whoever edits a policy, or a ConfigMap, send any file of a pod to a server of his choice.
 */

import type { PolicySpec } from './schema.ts'

/** @returns the first place of one, `spec.providers[0].credentials.mode` */
export function localKeys({ providers = [] }: PolicySpec): string | undefined {
  const index = providers.findIndex(({ credentials }) => credentials?.mode === 'Env' || credentials?.mode === 'File')
  return index === -1 ? undefined : `spec.providers[${index}].credentials.mode`
}
