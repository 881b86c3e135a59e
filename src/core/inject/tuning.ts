/** Annotations by which a pod tunes its own sidecar. A value that cannot be used is told, and the next source serves. */

import { nearest } from '../nearest.ts'
import { ANNOTATIONS } from '../policy/documents.ts'
import { parseQuantity } from '../policy/quantity.ts'
import type { Quantities, RawPod } from './injection.ts'
import { type Notebook, shown } from './notes.ts'

export interface Tuning {
  readonly requests: Quantities
  readonly limits: Quantities
  readonly logLevel: string | undefined
  /** The policy may say what it will: nothing of this pod is compressed. */
  readonly isCompressionOff: boolean
  /** Names of containers; undefined: all. */
  readonly containers: readonly string[] | undefined
}

const LOG_LEVELS = ['error', 'warn', 'info', 'debug']

/** In billionths, as `parseQuantity` gives them. */
const MILLI = 1_000_000n
const MIB = 1_048_576n * 1_000_000_000n

/** Less is no process of Node.js: it would end before the application begins. */
const LEAST_MEMORY_MIB = 64n

/** A pod may have thousands of annotations. */
const MAX_UNKNOWN = 8

/** A pod has some ten containers. */
const MAX_CONTAINERS_LENGTH = 4096

export function readTuning({ metadata }: RawPod, notebook: Notebook): Tuning {
  const annotations = metadata?.annotations ?? {}
  noteUnknown(annotations, notebook)
  const quantity = (name: string, isGood: (value: bigint) => boolean, expected: string): string | undefined => {
    const value = annotations[name]
    const parsed = parseQuantity(value)
    if (value === undefined || (parsed !== undefined && isGood(parsed))) return value
    notebook.note('InvalidAnnotation', `${name}: ${shown(value)} must be ${expected}; it is left out`)
    return undefined
  }
  const cpu = (name: string) => quantity(name, isCpu, 'an amount of CPU such as 100m or 2')
  const memory = (name: string) =>
    quantity(name, isMemory, `an amount of memory such as 256Mi, at least ${LEAST_MEMORY_MIB}Mi`)
  return {
    requests: defined({ cpu: cpu(ANNOTATIONS.cpu), memory: memory(ANNOTATIONS.memory) }),
    limits: defined({ cpu: cpu(ANNOTATIONS.cpuLimit), memory: memory(ANNOTATIONS.memoryLimit) }),
    logLevel: logLevelOf(annotations[ANNOTATIONS.logLevel], notebook),
    isCompressionOff: isOff(annotations[ANNOTATIONS.compression], notebook),
    containers: containersOf(annotations[ANNOTATIONS.containers], notebook),
  }
}

const KNOWN: readonly string[] = Object.values(ANNOTATIONS)

/** A mistyped name would be obeyed by nobody, and nobody would be told. */
function noteUnknown(annotations: Readonly<Record<string, unknown>>, notebook: Notebook): void {
  const unknown = Object.keys(annotations).filter((name) => name.startsWith('m2m.io/') && !KNOWN.includes(name))
  for (const name of unknown.slice(0, MAX_UNKNOWN)) {
    const meant = nearest(name, KNOWN)
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`
    notebook.note('InvalidAnnotation', `${shown(name)} is no annotation of M2M${hint}`)
  }
}

/** Kubernetes counts CPU in thousandths. */
function isCpu(value: bigint): boolean {
  return value > 0n && value % MILLI === 0n
}

function isMemory(value: bigint): boolean {
  return value >= LEAST_MEMORY_MIB * MIB && value % (1000n * MILLI) === 0n
}

function logLevelOf(value: string | undefined, notebook: Notebook): string | undefined {
  if (value === undefined || LOG_LEVELS.includes(value)) return value
  const message = `${ANNOTATIONS.logLevel}: ${shown(value)} must be one of ${LOG_LEVELS.join(', ')}; it is left out`
  notebook.note('InvalidAnnotation', message)
  return undefined
}

/** A pod may ask for less than its policy, never for more. */
function isOff(value: string | undefined, notebook: Notebook): boolean {
  if (value === undefined || value === 'disabled') return value !== undefined
  const message = `${ANNOTATIONS.compression}: ${shown(value)} must be disabled; it is left out, and the policy decides`
  notebook.note('InvalidAnnotation', message)
  return false
}

function containersOf(value: string | undefined, notebook: Notebook): readonly string[] | undefined {
  const isText = typeof value === 'string' && value.length <= MAX_CONTAINERS_LENGTH
  const names = isText ? value.split(',').map((name) => name.trim()) : []
  const given = names.filter((name) => name !== '')
  if (given.length > 0) return given
  if (value !== undefined) {
    const message = `${ANNOTATIONS.containers}: ${shown(value)} must be names of containers, comma separated; all are taken`
    notebook.note('InvalidAnnotation', message)
  }
  return undefined
}

export function defined(members: Readonly<Record<string, string | undefined>>): Quantities {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
