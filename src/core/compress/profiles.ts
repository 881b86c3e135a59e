/** The techniques for each kind of text, and the profiles that use them: one table. */

import type { ProfileName } from '../modes.ts'
import { earlierLines } from './earlier/earlier-lines.ts'
import { KIND_NAMES, type KindName } from './kinds/kind.ts'
import type { AcrossTechnique, NamedTechnique, Technique } from './technique.ts'
import { alignedValues } from './techniques/aligned-values.ts'
import { bareJson } from './techniques/bare-json.ts'
import { colours } from './techniques/colours.ts'
import { columnarJson, columnarJsonShort } from './techniques/columnar-json.ts'
import { dictionary } from './techniques/dictionary.ts'
import { jsonMinify } from './techniques/json-minify.ts'
import { jsonUnescape } from './techniques/json-unescape.ts'
import { lineTemplates } from './techniques/line-templates.ts'
import { linesAbove } from './techniques/lines-above.ts'
import { listingPaths } from './techniques/listing-paths.ts'
import { base64Elision } from './techniques/lossy/base64-elision.ts'
import { diffContext } from './techniques/lossy/diff-context.ts'
import { failedTests } from './techniques/lossy/failed-tests.ts'
import { htmlToMarkdown } from './techniques/lossy/html-to-markdown.ts'
import { logWindow } from './techniques/lossy/log-window.ts'
import { searchMatches } from './techniques/lossy/search-matches.ts'
import { prefixLifting } from './techniques/prefix-lifting.ts'
import { pythonRepr } from './techniques/python-repr.ts'
import { rangeMatrix } from './techniques/range-matrix.ts'
import { repeatedLines } from './techniques/repeated-lines.ts'
import { searchPaths } from './techniques/search-paths.ts'
import { sectionTemplates } from './techniques/section-templates.ts'
import { table } from './techniques/table.ts'
import { terminalCleanup } from './techniques/terminal-cleanup.ts'

/**
 * Alternative encodings: the one with the fewest tokens is used, and the next step works on its result. When one makes
 * a large text much shorter, those behind it are not tried.
 */
export type Step = readonly Technique[]

/** Steps that follow each other. */
export type Plan = readonly Step[]

/**
 * The forms for a kind of text. A block gets one of them: a value that is read through two notations is misread
 * (docs/reading.md).
 */
interface Forms {
  /** They open a text for the forms, before them. */
  readonly openers?: { readonly safe: Step; readonly balanced: Step }
  /** They read on sight. */
  readonly safe: Step
  /** Those that a small model misreads, but that save much: Balanced has both. */
  readonly balanced: Step
}

const JSON_OPENERS = { safe: [pythonRepr], balanced: [jsonUnescape, pythonRepr] }
const JSON_FORMS: Step = [rangeMatrix, columnarJson, jsonMinify]
const SHORT_JSON: Step = [columnarJsonShort, bareJson]
const NAMES_AND_LETTERS: Step = [prefixLifting, lineTemplates, sectionTemplates, dictionary]

/** Every letter of these texts may be copied into an edit, a patch or a search. */
const NONE: Forms = { safe: [], balanced: [] }

const FORMS_OF: Readonly<Record<KindName, Forms>> = {
  diff: NONE,
  'search-result': { safe: [], balanced: [searchPaths] },
  source: NONE,
  'annotated-source': NONE,
  table: { safe: [table, alignedValues], balanced: [] },
  'accessibility-tree': { safe: [], balanced: NAMES_AND_LETTERS },
  log: {
    openers: JSON_OPENERS,
    safe: [...JSON_FORMS, repeatedLines],
    balanced: [...SHORT_JSON, linesAbove, ...NAMES_AND_LETTERS],
  },
  listing: { safe: [listingPaths], balanced: NAMES_AND_LETTERS },
  json: { openers: JSON_OPENERS, safe: JSON_FORMS, balanced: SHORT_JSON },
  'json-lines': { openers: JSON_OPENERS, safe: JSON_FORMS, balanced: SHORT_JSON },
  // A page is a file, and source; what is left may be one table.
  markup: { safe: [table], balanced: [] },
  prose: NONE,
  unknown: {
    openers: JSON_OPENERS,
    safe: [...JSON_FORMS, table, alignedValues, repeatedLines],
    balanced: [...SHORT_JSON, linesAbove, ...NAMES_AND_LETTERS],
  },
}

/** These keep every letter, even one that a terminal would have overwritten. */
const LETTERS_STAY: ReadonlySet<KindName> = new Set(['diff', 'search-result', 'source', 'annotated-source', 'markup'])

/** Content is lost for good. Lossy techniques see the text before any other encoding. */
const LOSSY: Plan = [[base64Elision], [htmlToMarkdown, diffContext, failedTests, searchMatches, logWindow]]

/** The plans of a profile for each kind: its own, and those of the lower profiles. */
const PLANS: Readonly<Record<ProfileName, Readonly<Record<KindName, readonly Plan[]>>>> = {
  Safe: plansOf(safePlan),
  Balanced: plansOf(safePlan, balancedPlan),
  Aggressive: plansOf(safePlan, balancedPlan, aggressivePlan),
}

function plansOf(...plans: readonly ((kind: KindName) => Plan)[]): Record<KindName, readonly Plan[]> {
  const ofKind = KIND_NAMES.map((kind) => [kind, plans.map((plan) => plan(kind))])
  return Object.fromEntries(ofKind) as Record<KindName, readonly Plan[]>
}

function safePlan(kind: KindName): Plan {
  const { openers, safe } = FORMS_OF[kind]
  return [cleanUpOf(kind), openers?.safe ?? [], safe]
}

function balancedPlan(kind: KindName): Plan {
  return [cleanUpOf(kind), ...balancedForms(kind)]
}

function aggressivePlan(kind: KindName): Plan {
  return [cleanUpOf(kind), ...LOSSY, ...balancedForms(kind)]
}

function cleanUpOf(kind: KindName): Step {
  return [LETTERS_STAY.has(kind) ? colours : terminalCleanup]
}

function balancedForms(kind: KindName): Plan {
  const { openers, safe, balanced } = FORMS_OF[kind]
  return [openers?.balanced ?? [], [...safe, ...balanced]]
}

export function plansFor(profile: ProfileName, kind: KindName): readonly Plan[] {
  return PLANS[profile][kind]
}

/**
 * All techniques of a profile, each once and after those whose output it may encode. Two that write the same form have
 * one name and one decoder.
 */
export function techniquesOf(profile: ProfileName): readonly Technique[] {
  return TECHNIQUES[profile]
}

/** Once: sorting them for each request took 40 us. */
const TECHNIQUES: Readonly<Record<ProfileName, readonly Technique[]>> = {
  Safe: inOrder(PLANS.Safe),
  Balanced: inOrder(PLANS.Balanced),
  Aggressive: inOrder(PLANS.Aggressive),
}

function inOrder(ofKind: Readonly<Record<KindName, readonly Plan[]>>): readonly Technique[] {
  const plans = Object.values(ofKind).flat()
  const depth = Math.max(...plans.map((plan) => plan.length))
  const byDepth = Array.from({ length: depth }, (_, at) =>
    plans.flatMap((plan) => plan[at - depth + plan.length] ?? []),
  )
  return byDepth.flat().filter(({ name }, at, all) => all.findIndex((other) => other.name === name) === at)
}

/** The technique across the blocks of a request, after the plan. */
export const ACROSS: AcrossTechnique = earlierLines

/** Safe refers to nothing: a small model seldom looks where a reference points (docs/reading.md). */
export function acrossOf(profile: ProfileName): AcrossTechnique | undefined {
  return profile === 'Safe' ? undefined : ACROSS
}

/**
 * Every form that can be decoded, whichever profile writes it. All profiles leave a text that looks like one unchanged,
 * so that decoding without a report never decodes a foreign text.
 */
export const FORMS: readonly NamedTechnique[] = [...techniquesOf('Balanced'), ACROSS]
