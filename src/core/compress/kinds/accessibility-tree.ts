/** Accessibility snapshots of browser tools: a node a line, with its role, name and reference. */

import type { Kind } from './kind.ts'
import { shareOf } from './sample.ts'

/** `- button "Save" [ref=e12]`, `uid=1_4 link "Home"`, `[12]<a href=...>`, `/url:` lines of Playwright. */
const NODE =
  /^\s*(?:- (?:'|")?\/?[a-z]+(?: "[^\n]*)?(?: \[[a-z]+(?:=[\w-]+)?\])+|- [a-z]+ "[^"\n]*"(?:[ :]|$)|- \/(?:url|placeholder): |- (?:text|generic|listitem|paragraph|link|button|heading|img|list)(?::|$)|uid=\w+ \w+|\*?\[\d+\]\s?<[a-z]+)/i
const MIN_SHARE = 0.5

/** Without a reference, a state or a name it may be a list in YAML. */
const SURE =
  /\[(?:ref=|level=|cursor=|checked|disabled|active|expanded|selected)|\s(?:link|button|heading) "|^\s*uid=\w+ \w|^\s*\*?\[\d+\]\s?</

export const accessibilityTree: Kind = {
  name: 'accessibility-tree',
  isLike: (sample) => shareOf(sample, NODE) >= MIN_SHARE && shareOf(sample, SURE) > 0.1,
}
