/**
 * What the sidecar's container lacks, where the pod has one already: a user's fields that go before ours, or our own container
 * from which another webhook has taken something.
 */

import type { AddOperation, RawContainer } from './injection.ts'
import { turnedBack } from './meshes/index.ts'
import { isOverride, type OwnContainer, pathOf } from './own-container.ts'
import { add, appendTo, isObject, listOf, type Path } from './patch.ts'

/** Members by any of which two entries of a list are the same. */
const KEYS_OF_LISTS: Readonly<Record<string, readonly string[]>> = {
  env: ['name'],
  ports: ['containerPort', 'name'],
  volumeMounts: ['mountPath'],
}

/** Members whose own members are filled in. */
const FILLED = new Set(['lifecycle'])

export function completed(own: OwnContainer, desired: RawContainer): AddOperation[] {
  const path = pathOf(own)
  const turned = Object.entries({ ...turnedBack(own.container, desired), ...kept(own, desired) }).map(([name, value]) =>
    add([...path, name], value),
  )
  const lacking = Object.entries(desired).flatMap(([name, value]) => {
    const isWanting =
      isAbsent(own.container[name]) || (isOverride(own.container) && isUnsaid(name, own.container[name]))
    if (isWanting) return isEmpty(value) ? [] : [add([...path, name], value)]
    return filledIn(own.container[name], value, [...path, name])
  })
  return [...lacking, ...turned]
}

/** Another policy would end the sidecar before the application starts, and the API server takes no probes beside it. */
function kept({ list, container }: OwnContainer, { restartPolicy }: RawContainer): Readonly<Record<string, unknown>> {
  if (list !== 'initContainers' || isAbsent(container.restartPolicy)) return {}
  return container.restartPolicy === restartPolicy ? {} : { restartPolicy }
}

/** In the words of a user: the image that is none, and what the API server has filled in before it asks. */
const UNSAID: Readonly<Record<string, unknown>> = {
  // Without a tag, as `auto` is, an image is always pulled.
  imagePullPolicy: 'Always',
  terminationMessagePolicy: 'File',
}

function isUnsaid(name: string, value: unknown): boolean {
  return name === 'image' || (Object.hasOwn(UNSAID, name) && UNSAID[name] === value)
}

function filledIn(there: unknown, wanted: unknown, place: Path): AddOperation[] {
  const name = String(place.at(-1))
  const keys = KEYS_OF_LISTS[name]
  if (keys !== undefined) return missing(there, wanted, { keys, place })
  if (name === 'resources') return filledDeeply(there, wanted, place)
  if (name === 'securityContext') return filled(there, withoutContradiction(there, wanted), place)
  return FILLED.has(name) ? filled(there, wanted, place) : []
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function missing(
  there: unknown,
  wanted: unknown,
  { keys, place }: { keys: readonly string[]; place: Path },
): AddOperation[] {
  const entries = listOf(there as readonly unknown[]).filter(isObject)
  const values = listOf(wanted as readonly unknown[]).filter(isObject)
  const isThere = (value: Readonly<Record<string, unknown>>): boolean =>
    entries.some((entry) => keys.some((key) => entry[key] === value[key]))
  return appendTo(
    there,
    place,
    values.filter((value) => !isThere(value)),
  )
}

/** Sets the members that are not there. */
function filled(there: unknown, wanted: unknown, place: Path): AddOperation[] {
  if (!isObject(there) || !isObject(wanted)) return []
  return Object.entries(wanted)
    .filter(([name]) => isAbsent(there[name]))
    .map(([name, value]) => add([...place, name], value))
}

/** Of what we want, what the API server or the kubelet would refuse beside a user's word. */
function withoutContradiction(there: unknown, wanted: unknown): unknown {
  if (!isObject(there) || !isObject(wanted)) return wanted
  const { allowPrivilegeEscalation, runAsNonRoot, ...others } = wanted
  const { add: added } = isObject(there['capabilities']) ? there['capabilities'] : {}
  const isPrivileged = there['privileged'] === true || (Array.isArray(added) && added.includes('CAP_SYS_ADMIN'))
  return {
    ...others,
    ...(!isPrivileged && { allowPrivilegeEscalation }),
    ...(there['runAsUser'] !== 0 && { runAsNonRoot }),
  }
}

function filledDeeply(there: unknown, wanted: unknown, place: Path): AddOperation[] {
  if (!isObject(there) || !isObject(wanted)) return []
  return Object.entries(wanted).flatMap(([name, value]) => {
    const inner = there[name]
    if (isObject(inner)) return filled(inner, value, [...place, name])
    return isObject(value) && Object.keys(value).length === 0 ? [] : [add([...place, name], value)]
  })
}
