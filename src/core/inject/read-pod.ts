/**
 * The pod as the rest reads it. The API server sends no `null`, but manifests have them: there a member that is null is one that
 * is not there. Indexes stay those of the pod.
 */

import type { RawContainer, RawPod, RawVariable } from './injection.ts'
import { isObject } from './patch.ts'

export function readPod(pod: RawPod): RawPod {
  const { metadata, spec } = withoutNulls(pod)
  if (!isObject(spec)) return { ...(isObject(metadata) && { metadata: withoutNulls(metadata) }) }
  const { containers, initContainers, ...rest } = withoutNulls(spec) as NonNullable<RawPod['spec']>
  return {
    ...(isObject(metadata) && { metadata: withoutNulls(metadata) }),
    spec: {
      ...rest,
      ...(containers !== undefined && { containers: readContainers(containers) }),
      ...(initContainers !== undefined && { initContainers: readContainers(initContainers) }),
    },
  }
}

function withoutNulls<T extends object>(object: T): T {
  return Object.values(object).includes(null)
    ? (Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) as T)
    : object
}

function readContainers(containers: readonly RawContainer[]): readonly RawContainer[] {
  // What is none is told as such later (skip-reasons.ts).
  return Array.isArray(containers)
    ? containers.map((each: RawContainer) => (isObject(each) ? readContainer(each) : each))
    : containers
}

function readContainer(container: RawContainer): RawContainer {
  const read: RawContainer = withoutNulls(container)
  const isClean = read.env === undefined || (Array.isArray(read.env) && read.env.every(isObject))
  return isClean ? read : { ...read, env: Array.isArray(read.env) ? read.env.map(readVariable) : [] }
}

const NO_VARIABLE: RawVariable = { name: '' }

function readVariable(variable: RawVariable): RawVariable {
  return isObject(variable) ? variable : NO_VARIABLE
}
