/** The techniques of each profile, in order: one table. */

import type { ProfileName } from '../modes.ts'
import { earlierLines } from './earlier/earlier-lines.ts'
import type { AcrossTechnique, NamedTechnique, Technique } from './technique.ts'
import { alignedColumns } from './techniques/aligned-columns.ts'
import { alignedValues } from './techniques/aligned-values.ts'
import { bareJson } from './techniques/bare-json.ts'
import { columnarJson } from './techniques/columnar-json.ts'
import { dictionary } from './techniques/dictionary.ts'
import { jsonMinify } from './techniques/json-minify.ts'
import { jsonUnescape } from './techniques/json-unescape.ts'
import { lineTemplates } from './techniques/line-templates.ts'
import { base64Elision } from './techniques/lossy/base64-elision.ts'
import { diffContext } from './techniques/lossy/diff-context.ts'
import { failedTests } from './techniques/lossy/failed-tests.ts'
import { htmlToMarkdown } from './techniques/lossy/html-to-markdown.ts'
import { logWindow } from './techniques/lossy/log-window.ts'
import { searchMatches } from './techniques/lossy/search-matches.ts'
import { prefixLifting } from './techniques/prefix-lifting.ts'
import { repeatedLines } from './techniques/repeated-lines.ts'
import { sectionTemplates } from './techniques/section-templates.ts'
import { terminalCleanup } from './techniques/terminal-cleanup.ts'

/**
 * Alternative encodings: the one with the fewest tokens is used, and the next step works on its result. When one makes
 * a large text much shorter, those behind it are not tried.
 */
export type Step = readonly Technique[]

/**
 * Techniques for the structure of a text: terminals, JSON, lines, tables. JSON is first, so that the line techniques
 * see its rows.
 */
const stepsWith = (...json: Step[]): Step[] => [
  [terminalCleanup],
  ...json,
  [repeatedLines],
  [alignedColumns],
  [alignedValues],
  [prefixLifting],
]

/** Names for lines, and letters for words: never both in one block, since that would be unreadable. */
const NAMES: Step = [lineTemplates, sectionTemplates]
const NAMES_OR_LETTERS: Step = [...NAMES, dictionary]

/**
 * Where JSON may be written bare, the other JSON techniques are not tried: of 2,461 recorded texts, 9 were shorter with
 * them, by at most one token.
 */
const BALANCED_JSON: readonly Step[] = [[jsonUnescape], [bareJson], [columnarJson, jsonMinify]]

/** Lossy techniques see the text before any other encoding. */
const LOSSY: readonly Step[] = [[base64Elision], [htmlToMarkdown, diffContext, failedTests, searchMatches, logWindow]]

const SAFE: readonly Step[] = [...stepsWith([columnarJson, jsonMinify]), NAMES]
const BALANCED: readonly Step[] = [...stepsWith(...BALANCED_JSON), NAMES_OR_LETTERS]
const AGGRESSIVE: readonly Step[] = [...stepsWith(...LOSSY, ...BALANCED_JSON), NAMES_OR_LETTERS]

export const PROFILES: Readonly<Record<ProfileName, readonly Step[]>> = {
  Safe: SAFE,
  Balanced: BALANCED,
  Aggressive: AGGRESSIVE,
}

/** The technique that a profile uses across the blocks of a request, after the steps. */
export const ACROSS: Readonly<Record<ProfileName, AcrossTechnique | undefined>> = {
  Safe: undefined,
  Balanced: earlierLines,
  Aggressive: earlierLines,
}

/**
 * Every form that can be decoded, whichever profile writes it. All profiles leave a text that looks like one unchanged,
 * so that decoding without a report never decodes a foreign text.
 */
export const FORMS: readonly NamedTechnique[] = [...BALANCED.flat(), earlierLines]
