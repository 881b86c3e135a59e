/** The price table of the user, as `m2m models refresh` keeps it. */

import { homedir } from 'node:os'
import type { PriceOverlay } from '../core/model/index.ts'
import { loadOverlay, overlayFile } from '../tables/index.ts'
import { printMessage } from './output.ts'

/** Its path, whether or not it exists. */
export function userTableFile(): string {
  const { M2M_MODELS: asked, XDG_CACHE_HOME: cacheHome } = process.env
  return overlayFile({ asked, cacheHome, home: homedir() })
}

/** A damaged one is reported, and counts as none. */
export function readUserTable(): PriceOverlay | undefined {
  const { overlay, problem } = loadOverlay(userTableFile())
  if (problem !== undefined) printMessage(problem)
  return overlay
}
