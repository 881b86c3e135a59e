/** What holds for every pod, whatever is in it. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type InjectContext, type Injection, injectPod, type RawPod } from '../../../src/core/inject/index.ts'
import { assertProperty } from '../../support/assert-property.ts'
import { applyPatch } from '../../support/inject/json-patch.ts'
import { contexts, hostilePods, likelyPods } from '../../support/inject/pods.ts'
import { printMeasured } from '../../support/kube/print-measured.ts'

function forEveryPod(check: (pod: RawPod, context: InjectContext) => void, numRuns = 10_000): void {
  const pods = fc.oneof({ weight: 2, arbitrary: hostilePods }, { weight: 1, arbitrary: likelyPods })
  assertProperty(fc.property(pods, contexts, check), { numRuns, limitMs: 60_000 })
}

function patchOf(injection: Injection) {
  return 'patch' in injection ? injection.patch : []
}

test('1: inject(inject(pod)) yields no operations', () => {
  const results = new Map<string, number>()
  const spent = { micros: 0, pods: 0 }
  forEveryPod((pod, context) => {
    const before = process.cpuUsage()
    const first = injectPod(pod, context)
    const { user, system } = process.cpuUsage(before)
    spent.micros += user + system
    spent.pods++
    const patched = applyPatch(pod, patchOf(first))
    const second = injectPod(patched, context)
    expect(patchOf(second)).toEqual([])
    expect(second.result).toBe(first.result)
    results.set(first.result, (results.get(first.result) ?? 0) + 1)
  })
  printMeasured(`${(spent.micros / spent.pods).toFixed(0)} us of CPU for each of ${spent.pods} generated pods`)
  // All kinds have come: the property is about something.
  expect([...results.keys()].sort()).toEqual(['injected', 'not-asked', 'skipped'])
})

test('2: unknown future fields survive byte for byte; the patch has only add operations', () => {
  forEveryPod((pod, context) => {
    const patch = patchOf(injectPod(pod, context))
    expect(patch.every(({ op }) => op === 'add')).toBe(true)
    const lost = lostFrom(pod, applyPatch(pod, patch), [])
    expect(lost.filter((place) => !OURS_TO_CHANGE.some((pattern) => pattern.test(place)))).toEqual([])
  })
})

test('a patch doubles no name of a container, a volume, a variable, a port or a mount', () => {
  forEveryPod((pod, context) => {
    const patched = applyPatch(pod, patchOf(injectPod(pod, context)))
    const before = doubled(pod)
    expect(doubled(patched).filter((name) => !before.includes(name))).toEqual([])
  }, 3_000)
})

test('an injected pod has its sidecar, and before each init container that is pointed at it', () => {
  forEveryPod((pod, context) => {
    const injection = injectPod(pod, context)
    if (injection.result !== 'injected') return
    const { spec = {} } = applyPatch(pod, injection.patch)
    const inits = spec.initContainers ?? []
    const all = [...inits, ...(spec.containers ?? [])]
    const own = all.findIndex(({ name }) => name === 'm2m-proxy')
    expect(own).not.toBe(-1)
    expect(all[own]?.image).toBeTruthy()
    if (own < inits.length) expect(all[own]?.restartPolicy).toBe('Always')
    // Containers run side by side, init containers one after the other.
    const early = inits
      .slice(0, own < inits.length ? own : undefined)
      .filter(({ env = [] }) => env?.some(({ value }) => value?.startsWith(SIDECAR)))
    expect(early.filter(({ name }) => !isPointedBefore(pod, name))).toEqual([])
  }, 3_000)
})

const SIDECAR = 'http://127.0.0.1:4'

/** By a user, who knows why. */
function isPointedBefore({ spec = {} }: RawPod, name: string): boolean {
  return (spec.initContainers ?? []).some(
    (each) => each.name === name && each.env?.some(({ value }) => value?.startsWith(SIDECAR)),
  )
}

/** Our own words, a list of exceptions that is appended to, and in words about our container what nobody has said. */
const OURS_TO_CHANGE = [
  /^metadata\.annotations\.(?:m2m\.io\/(?:status|bundle-version|static-hash)): /,
  /^metadata\.labels\.m2m\.io\/injected: /,
  /\.env\.(?:NO_PROXY|no_proxy)\.value: (.*) -> \1,?(?:127\.0\.0\.1)?,?(?:localhost)?$/s,
  /^spec\.(?:initC|c)ontainers\.m2m-proxy\.image: auto -> /,
  /^spec\.(?:initC|c)ontainers\.m2m-proxy\.(?:imagePullPolicy: Always|terminationMessagePolicy: File) -> /,
]

/** The places of a value that another does not have as they are. Lists may have got more members, at any place. */
function lostFrom(before: unknown, after: unknown, path: readonly string[]): string[] {
  // null stands for what is not there.
  if (before === null) return []
  if (typeof before !== 'object') return Object.is(before, after) ? [] : [lostAt(path, before, after)]
  if (typeof after !== 'object' || after === null) return [lostAt(path, before, after)]
  if (Array.isArray(before)) return lostFromList(before, after as readonly unknown[], path)
  return Object.entries(before).flatMap(([name, value]) =>
    lostFrom(value, (after as Record<string, unknown>)[name], [...path, name]),
  )
}

function lostAt(path: readonly string[], before: unknown, after: unknown): string {
  return `${path.join('.')}: ${String(before)} -> ${String(after)}`
}

function lostFromList(before: readonly unknown[], after: readonly unknown[], path: readonly string[]): string[] {
  let next = 0
  return before.flatMap((value) => {
    const isSame = (other: unknown) => nameOf(other) === nameOf(value)
    while (next < after.length && !isSame(after[next])) next++
    return lostFrom(value, after[next++], [...path, String(nameOf(value))])
  })
}

function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { name, mountPath } = value as Record<string, unknown>
  return mountPath ?? name
}

/** What stands twice, with its place. */
function doubled({ spec = {} }: RawPod): string[] {
  const all = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const lists: [string, readonly unknown[]][] = [
    ['container', all.map(({ name }) => name)],
    ['volume', (spec.volumes ?? []).map(({ name }) => name)],
    ...all.flatMap((container): [string, readonly unknown[]][] => [
      [`${container.name} env`, members(container.env, 'name')],
      [`${container.name} mount`, members(container['volumeMounts'], 'mountPath')],
      [`${container.name} port`, members(container['ports'], 'containerPort')],
    ]),
  ]
  return lists.flatMap(([place, values]) =>
    values.filter((value, index) => values.indexOf(value) !== index).map((value) => `${place} ${String(value)}`),
  )
}

function members(list: unknown, name: string): readonly unknown[] {
  return ((list ?? []) as Record<string, unknown>[]).map((each) => each[name])
}
