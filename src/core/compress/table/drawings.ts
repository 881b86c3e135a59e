/** The drawings of tables, in the order in which they are tried. */

import { aligned } from './aligned.ts'
import { boxes } from './boxes.ts'
import { commas, semicolons, tabs } from './delimited.ts'
import type { Drawing } from './drawing.ts'
import { html } from './html.ts'
import { markdown } from './markdown.ts'
import { paddedCommas } from './padded-commas.ts'
import { tabStops } from './tab-stops.ts'

export const DRAWINGS: readonly Drawing[] = [
  html,
  boxes,
  markdown,
  tabStops,
  tabs,
  aligned,
  paddedCommas,
  semicolons,
  commas,
]
