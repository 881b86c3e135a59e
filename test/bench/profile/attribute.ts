/** Sums up a profile by rooms: shares of the time that samples took, or bytes that were allocated. */

import { IDLE, roomOf } from './rooms.ts'
import type { Place } from './source-maps.ts'

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** Profiler.Profile of the DevTools protocol. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

/** HeapProfiler.SamplingHeapProfileNode: a tree, each node with the bytes allocated in it. */
export interface HeapNode {
  readonly callFrame: CallFrame
  readonly selfSize: number
  readonly children: readonly HeapNode[]
}

type SourceOf = (place: Place) => string

/** @returns microseconds by room, idle time left out */
export function timeByRoom(
  { nodes, samples, timeDeltas }: CpuProfile,
  sourceOf: SourceOf,
): ReadonlyMap<string, number> {
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, frameOf(callFrame, sourceOf)]))
  const rooms = new Map<number, string>()
  const stackOf = (id: number): ReturnType<typeof frameOf>[] => {
    const stack = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(frames.get(at) ?? UNKNOWN)
    return stack
  }
  const sums = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const room = rooms.get(id) ?? roomOf(stackOf(id))
    rooms.set(id, room)
    if (room !== IDLE) add(sums, room, timeDeltas[index] ?? 0)
  }
  return sums
}

const UNKNOWN = { functionName: '', source: '' }

/** @returns bytes by room */
export function bytesByRoom(head: HeapNode, sourceOf: SourceOf): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  const visit = ({ callFrame, selfSize, children }: HeapNode, callers: readonly ReturnType<typeof frameOf>[]): void => {
    const stack = [frameOf(callFrame, sourceOf), ...callers]
    if (selfSize > 0) add(sums, roomOf(stack), selfSize)
    for (const child of children) visit(child, stack)
  }
  visit(head, [])
  return sums
}

function frameOf(
  { functionName, url, lineNumber: line, columnNumber: column }: CallFrame,
  sourceOf: SourceOf,
): typeof UNKNOWN {
  return { functionName, source: sourceOf({ url, line, column }) }
}

function add(sums: Map<string, number>, room: string, value: number): void {
  sums.set(room, (sums.get(room) ?? 0) + value)
}
