/** Reads every event of a stream, where the program reads those that say something. */

import type { EventReader, Passable } from '../../src/core/sse/index.ts'

/** Names every event to be read. */
export const nextOfAll: EventReader['next'] = (raw, from) => (from < raw.length ? from : -1)

/** The data of all events. */
export function dataOf(events: Passable | undefined): string[] {
  const data: string[] = []
  events?.read({ event: (text) => data.push(text), next: nextOfAll })
  return data
}
