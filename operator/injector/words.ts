/** What people are told of a pod's injection: warnings of kubectl, Events. Nobody is told of a pod that asked for nothing. */

import type { Note } from '../../src/core/inject/injection.ts'
import type { Outcome } from './outcome.ts'

/** One text for each thing that a person should know, the most important one first. */
export function warningsOf(injection: Outcome): readonly string[] {
  return [...skipOf(injection), ...notesOf(injection)].map(({ message }) => `m2m: ${message}`)
}

/** Why a pod that asks has no sidecar; empty where it has one, or does not ask. */
export function skipOf(injection: Outcome): readonly Note[] {
  const { result } = injection
  if (result === 'skipped') return [{ reason: injection.reason, message: `no sidecar: ${injection.message}` }]
  if (result === 'failed') {
    const message = `no sidecar: the injector failed (${injection.message}). Try again; please report it`
    return [{ reason: injection.reason, message }]
  }
  return []
}

export function notesOf(injection: Outcome): readonly Note[] {
  return injection.result === 'injected' ? injection.notes : []
}
