/** The requests whose tool results are asked about: one for each file, the last one of each row of a corpus. */

import { type Dialect, dialectByName } from '../../core/dialect/index.ts'
import { type CorpusSet, readRows, recordingOf } from '../../replay/index.ts'

export interface Source {
  readonly name: string
  readonly dialect: Dialect
  readonly body: Uint8Array
}

/** A tool result by itself, in a request of its own. */
export function requestWith(name: string, text: string): Source {
  const messages = [{ role: 'tool', tool_call_id: 'call_1', content: text }]
  return { name, dialect: dialectByName('openai-chat'), body: Buffer.from(JSON.stringify({ messages })) }
}

/**
 * The last request of a session has all of its tool results.
 * @param onSkipped told the reason of each row that is no recording
 */
export function* requestsOf(
  sets: readonly CorpusSet[],
  onSkipped: (reason: string) => void = () => undefined,
): Generator<Source, void> {
  for (const { name, file } of sets) {
    for (const [index, row] of readRows(file, Number.POSITIVE_INFINITY).entries()) {
      const recording = recordingOf(row)
      if (typeof recording === 'string') {
        onSkipped(recording)
        continue
      }
      const body = Array.from(recording.bodies()).at(-1)
      if (body !== undefined) yield { name: `${name}, row ${index + 1}`, dialect: recording.dialect, body }
    }
  }
}
