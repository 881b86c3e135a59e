/** The price table that `m2m models refresh` keeps for the user. */

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { M2MError } from '../core/errors.ts'
import { type PriceOverlay, readOverlay } from '../core/model/index.ts'

/** A table of 10,000 models has 1 MB. */
const MAX_BYTES = 16 * 1024 * 1024

interface OverlayPlace {
  /** `M2M_MODELS`: the file itself. */
  readonly asked: string | undefined
  /** `XDG_CACHE_HOME`; a relative one counts as unset (XDG Base Directory Specification). */
  readonly cacheHome: string | undefined
  readonly home: string
}

/** The path of the user's table, whether or not it exists: in the end `~/.cache/m2m/models.json`. */
export function overlayFile({ asked, cacheHome, home }: OverlayPlace): string {
  if (asked) return asked
  return join(cacheHome && isAbsolute(cacheHome) ? cacheHome : join(home, '.cache'), 'm2m', 'models.json')
}

interface LoadedOverlay {
  /** Absent without the file, and with a problem. */
  readonly overlay?: PriceOverlay
  /** The file exists, and nothing of it can be used; the message names it. */
  readonly problem?: string
}

/** Never throws: prices are no reason not to start. @param file undefined: none */
export function loadOverlay(file: string | undefined): LoadedOverlay {
  if (file === undefined) return {}
  try {
    return { overlay: readOverlay(readBounded(file)) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return {}
    return { problem: `${file} is not used: ${message}` }
  }
}

function readBounded(file: string): string {
  const descriptor = openSync(file, 'r')
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile() || stats.size > MAX_BYTES) {
      throw new M2MError(`it is no file of at most ${MAX_BYTES / 2 ** 20} MiB`, { code: 'FILE_UNREADABLE' })
    }
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}
