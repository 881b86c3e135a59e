/** The fixtures of every technique: the contract test and the version test go through this list. */

import type { TechniqueFixture } from '../../support/technique-contract.ts'
import { alignedValuesFixture } from './techniques/aligned-values.fixture.ts'
import { bareJsonFixture } from './techniques/bare-json.fixture.ts'
import { coloursFixture } from './techniques/colours.fixture.ts'
import { columnarJsonFixture, columnarJsonShortFixture } from './techniques/columnar-json.fixture.ts'
import { dictionaryFixture } from './techniques/dictionary.fixture.ts'
import { jsonMinifyFixture } from './techniques/json-minify.fixture.ts'
import { jsonUnescapeFixture } from './techniques/json-unescape.fixture.ts'
import { lineTemplatesFixture } from './techniques/line-templates.fixture.ts'
import { linesAboveFixture } from './techniques/lines-above.fixture.ts'
import { listingPathsFixture } from './techniques/listing-paths.fixture.ts'
import { base64ElisionFixture } from './techniques/lossy/base64-elision.fixture.ts'
import { diffContextFixture } from './techniques/lossy/diff-context.fixture.ts'
import { failedTestsFixture } from './techniques/lossy/failed-tests.fixture.ts'
import { htmlToMarkdownFixture } from './techniques/lossy/html-to-markdown.fixture.ts'
import { logWindowFixture } from './techniques/lossy/log-window.fixture.ts'
import { searchMatchesFixture } from './techniques/lossy/search-matches.fixture.ts'
import { prefixLiftingFixture } from './techniques/prefix-lifting.fixture.ts'
import { pythonReprFixture } from './techniques/python-repr.fixture.ts'
import { rangeMatrixFixture } from './techniques/range-matrix.fixture.ts'
import { repeatedLinesFixture } from './techniques/repeated-lines.fixture.ts'
import { searchPathsFixture } from './techniques/search-paths.fixture.ts'
import { sectionTemplatesFixture } from './techniques/section-templates.fixture.ts'
import { tableFixture } from './techniques/table.fixture.ts'
import { terminalCleanupFixture } from './techniques/terminal-cleanup.fixture.ts'

export const fixtures: readonly TechniqueFixture[] = [
  jsonMinifyFixture,
  columnarJsonFixture,
  columnarJsonShortFixture,
  bareJsonFixture,
  jsonUnescapeFixture,
  coloursFixture,
  pythonReprFixture,
  rangeMatrixFixture,
  terminalCleanupFixture,
  repeatedLinesFixture,
  linesAboveFixture,
  tableFixture,
  alignedValuesFixture,
  prefixLiftingFixture,
  lineTemplatesFixture,
  searchPathsFixture,
  listingPathsFixture,
  sectionTemplatesFixture,
  dictionaryFixture,
  base64ElisionFixture,
  diffContextFixture,
  failedTestsFixture,
  htmlToMarkdownFixture,
  logWindowFixture,
  searchMatchesFixture,
]
