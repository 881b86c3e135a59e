/** The flags of `make same-bytes` (ARGS="..."). */

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Variant } from './sidecar-process.ts'
import { defaultFolders } from './traffic.ts'
import { VARIANTS } from './variants.ts'

const NAMES = VARIANTS.map(({ name }) => name).join(', ')

const HELP = `make same-bytes BASE=REV [ARGS="FLAGS"]

Sends the same traffic through a sidecar of REV and one of this build, and compares what the model server received, what
the client got, log lines, spans and metrics. Exit code 1: something differs. Results that this build sends longer, as
the work budget may end them, are listed apart, with the tokens that they lose.

Traffic: M2M_CORPUS (default ../shared/data) and examples/sessions, golden samples, failures, unusual calls.

  --variants LIST   comma separated, of ${NAMES}; all when absent
  --every N         of each file, takes every N-th row (1)
  --corpus DIR      another folder of *.jsonl files, instead
  --first N         how many differences of each kind are printed (3)
  --base DIR        the folder of a build to compare with, instead of BASE`

export interface SameBytesOptions {
  readonly variants: readonly Variant[]
  readonly every: number
  readonly folders: readonly string[]
  readonly first: number
  /** A revision, or the folder of a build. */
  readonly base: { readonly revision: string } | { readonly folder: string }
}

export function readOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): SameBytesOptions | { readonly text: string; readonly exitCode: number } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        variants: { type: 'string' },
        every: { type: 'string', default: '1' },
        corpus: { type: 'string' },
        first: { type: 'string', default: '3' },
        base: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
    if (values.help) return { text: HELP, exitCode: 0 }
    return {
      variants: chosen(values.variants),
      every: wholeNumber('--every', values.every),
      folders: values.corpus === undefined ? defaultFolders(env) : [resolve(values.corpus)],
      first: wholeNumber('--first', values.first),
      base: values.base === undefined ? { revision: revisionIn(env) } : { folder: resolve(values.base) },
    }
  } catch (error) {
    return { text: `${(error as Error).message}\n\n${HELP}`, exitCode: 2 }
  }
}

function revisionIn(env: NodeJS.ProcessEnv): string {
  const revision = env['BASE']
  if (revision) return revision
  throw new Error('BASE=REV is missing: a commit, tag or branch to compare with')
}

function chosen(names: string | undefined): readonly Variant[] {
  return (names?.split(',') ?? VARIANTS.map(({ name }) => name)).map((asked) => {
    const variant = VARIANTS.find(({ name }) => name === asked)
    if (variant === undefined) throw new Error(`--variants: ${JSON.stringify(asked)} is not one of ${NAMES}`)
    return variant
  })
}

function wholeNumber(flag: string, value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new Error(`${flag} takes a whole number from 1 on, not ${JSON.stringify(value)}`)
}
