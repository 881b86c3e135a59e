/** `m2m replay`. */

import { isSound, listSets, replayCorpus } from '../../replay/index.ts'
import { defineCommand } from '../command.ts'
import { ENGINE_OPTIONS, settingsOf } from '../engine.ts'
import { createProgress, print, printJson } from '../output.ts'
import { replayTable } from '../replay-table.ts'
import { didYouMean, usageError, wholeNumber } from '../usage.ts'
import { vocabularies } from '../vocabularies.ts'

export const replay = defineCommand({
  operands: '',
  about: [
    'Replays recorded sessions through the engine, request by request as the agent sent',
    'them, and prints what is saved and whether every promise holds: no request larger,',
    'every changed block decodes, every turn extends the bytes of the one before.',
    'Exit code 1 when one is broken.',
    '',
    'A corpus is a folder of *.jsonl files, each a set; a row is {tools?, messages} (a',
    'session), {name, text} (a tool output) or {uri, body, usage} (a recorded call).',
    'Tokens are counted in o200k: content, call names and arguments, 0.62 x tools.',
    'Times are those of a warm process.',
  ].join('\n'),
  options: {
    corpus: { type: 'string', value: 'DIR', about: 'the folder with the recorded sessions' },
    set: { type: 'string', value: 'NAME', isRepeatable: true, about: 'only this set', otherwise: 'all of them' },
    limit: { type: 'string', value: 'N', about: 'only the first N rows of each set', otherwise: 'all of them' },
    ...ENGINE_OPTIONS,
    json: { type: 'boolean', about: 'print the figures for a program to read' },
  },
  examples: [
    'm2m replay --corpus examples/sessions',
    'm2m replay --corpus recordings --set coding-agent --user-text Observations',
    'm2m replay --corpus recordings --json > figures.json',
  ],
  async run({ values }) {
    if (values.corpus === undefined) {
      throw usageError('--corpus DIR is needed: a folder of *.jsonl files with recorded sessions')
    }
    const limit = values.limit === undefined ? undefined : wholeNumber('--limit', values.limit, { min: 1, max: 1e9 })
    const sets = chosen(listSets(values.corpus), values.set)
    const progress = createProgress()
    const result = replayCorpus(sets, {
      settings: settingsOf(values),
      vocabularies,
      ...(limit === undefined ? {} : { limit }),
      onProgress: ({ set, row, rows }) => progress.show(`${set}: row ${row} of ${rows}`),
    })
    progress.clear()
    if (values.json) printJson(result)
    else print(replayTable(result))
    return result.sets.every(isSound) ? 0 : 1
  },
})

function chosen<T extends { readonly name: string }>(
  sets: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  const known = sets.map(({ name }) => name)
  for (const name of names ?? []) {
    if (!known.includes(name)) throw usageError(`no set ${name} in the corpus${didYouMean(name, known)}`)
  }
  return names === undefined ? sets : sets.filter(({ name }) => names.includes(name))
}
