/** Replays recorded sessions through the code of the sidecar, and checks the results. */

import type { CompressionSettings, ProfileName } from '../core/compress/index.ts'
import type { Tokenizer, Vocabularies } from '../core/tokenizer/index.ts'
import { isLossy } from './check/equivalence.ts'
import { createOurs, type OurWritten } from './contender.ts'
import { type CorpusSet, type Row, readRows } from './corpus/corpus.ts'
import { type CostOptions, costsOfCompression, costsOfMarking, costsOfOneShots, countUncosted } from './costs.ts'
import type { Peer } from './peers/index.ts'
import type { CacheCost, PeerResult, ReplayResult, SetResult, SkippedRows } from './result.ts'
import { runSet } from './run.ts'
import { SetTally } from './set-tally.ts'
import { TechniqueTotals } from './technique-totals.ts'

export interface ReplayOptions {
  /** The settings of all contenders; their profile is used when `profiles` is absent. */
  readonly settings: CompressionSettings
  readonly profiles?: readonly ProfileName[]
  /** Replays a set a second time with Observations if its agents report most tool output as user text. */
  readonly withObservations?: boolean
  /** Other compressors, run on the same requests. */
  readonly peers?: readonly Peer[]
  readonly vocabularies: Vocabularies
  /** Simulates the costs of sessions under the providers' prompt caches. */
  readonly withCosts?: boolean
  /** Rows per set; all of them by default. */
  readonly limit?: number
  /** Called before each row. */
  readonly onProgress?: (progress: ReplayProgress) => void
}

export interface ReplayProgress {
  readonly set: string
  /** The name of the profile or peer. */
  readonly contender: string
  readonly row: number
  readonly rows: number
}

/** One set with one setting of `userText`. */
interface Subject {
  readonly name: string
  readonly rows: readonly Row[]
  readonly settings: CompressionSettings
  readonly cost: Readonly<Record<string, CacheCost>> | undefined
}

export function replayCorpus(sets: readonly CorpusSet[], options: ReplayOptions): ReplayResult {
  const results = sets.map(({ name, file }) => {
    const rows = readRows(file, options.limit ?? Number.POSITIVE_INFINITY)
    const cost = options.withCosts
      ? costsOfMarking(watched({ set: name, contender: 'prompt cache', rows }, options))
      : undefined
    const subject = { name, rows, settings: options.settings, cost }
    const first = replaySubject(subject, options)
    if (!options.withObservations || !first.isUserText) return first
    const again = replaySubject({ ...subject, settings: { ...options.settings, userText: 'Observations' } }, options)
    return {
      sets: [...first.sets, ...again.sets],
      peers: [...first.peers, ...again.peers],
      skipped: first.skipped,
    }
  })
  return {
    sets: results.flatMap((result) => result.sets),
    peers: results.flatMap((result) => result.peers),
    ...(options.withCosts && { one_shot_cost: costsOfOneShots(o200kOf(options)) }),
    skipped: results.flatMap((result) => result.skipped),
  }
}

interface SubjectResult extends ReplayResult {
  /** Observations hold more compressible text than tool results. */
  readonly isUserText: boolean
}

function replaySubject(subject: Subject, options: ReplayOptions): SubjectResult {
  const profiles = options.profiles ?? [options.settings.profile]
  const ours = profiles.map((profile) =>
    replayOurs({ ...subject, settings: { ...subject.settings, profile } }, options),
  )
  // A set without replayable rows is not run with peers.
  const isEmpty = ours.every(({ set }) => set === undefined)
  return {
    sets: ours.flatMap(({ set }) => set ?? []),
    peers: isEmpty ? [] : (options.peers ?? []).map((peer) => replayPeer(peer, subject, options)),
    skipped: ours[0]?.skipped ?? [],
    isUserText: subject.rows.some(({ kind }) => kind === 'session') && ours.some(({ isUserText }) => isUserText),
  }
}

interface OurResult {
  /** Undefined when no row could be replayed. */
  readonly set: SetResult | undefined
  readonly skipped: readonly SkippedRows[]
  readonly isUserText: boolean
}

function replayOurs({ name, rows, settings, cost }: Subject, options: ReplayOptions): OurResult {
  const tally = new SetTally({ name, user_text: settings.userText })
  const techniques = new TechniqueTotals()
  let lossyBlocks = 0
  const bytes = { 'tool-result': 0, observation: 0 }
  const reasons = runSet<OurWritten>(rows, {
    create: () => createOurs(settings, options.vocabularies),
    tally,
    ...watched({ set: name, contender: settings.profile, rows }, options),
    onRequest: ({ report, original }) => {
      techniques.add(report)
      lossyBlocks += report.changes.filter((change) => isLossy(change.techniques)).length
      for (const { kind, start, end } of original.facts.blocks) bytes[kind] += end - start
    },
  })
  const others = options.withCosts ? countUncosted(rows) : 0
  const uncosted = others === 0 ? [] : [['no cost: sessions that are not plain OpenAI chat', others] as const]
  const { failed_decodes = 0, ...figures } = tally.result()
  const ours = createOurs(settings, options.vocabularies)
  const compression_cost = options.withCosts
    ? costsOfCompression(ours, watched({ set: name, contender: `${settings.profile}, prompt cache`, rows }, options))
    : undefined
  const set = {
    ...figures,
    profile: settings.profile,
    failed_decodes,
    lossy_blocks: lossyBlocks,
    techniques: techniques.result(),
    ...(cost && { cost }),
    ...(compression_cost && { compression_cost }),
  }
  return {
    set: tally.sessions > 0 ? set : undefined,
    skipped: [...reasons, ...uncosted].map(([reason, count]) => ({ set: name, rows: count, reason })),
    isUserText: bytes.observation > bytes['tool-result'],
  }
}

function replayPeer(peer: Peer, { name, rows, settings }: Subject, options: ReplayOptions): PeerResult {
  const tally = new SetTally({ name, user_text: settings.userText })
  runSet(rows, {
    create: () => peer.create(settings, options.vocabularies),
    tally,
    ...watched({ set: name, contender: peer.name, rows }, options),
  })
  return { ...tally.result(), peer: peer.name }
}

/** Adds the tokenizer and the progress callback. */
function watched({ rows, ...about }: Watched, options: ReplayOptions): CostOptions {
  const onRow = (index: number): void => options.onProgress?.({ ...about, row: index + 1, rows: rows.length })
  return { rows, o200k: o200kOf(options), onRow }
}

interface Watched {
  readonly set: string
  readonly contender: string
  readonly rows: readonly Row[]
}

function o200kOf({ vocabularies }: ReplayOptions): Tokenizer {
  return vocabularies.get('o200k_base')
}
