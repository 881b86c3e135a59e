/** Shortens long runs of base64 to their beginning, which identifies the format: `iVBORw0KGgoAAAAN[m2m: 4080 ...]`. */

import { leftOut, lossyTechnique } from './left-out.ts'

const WHAT = 'characters of base64'

/** Shorter runs may be hashes, tokens and signatures, which are compared and copied. */
const RUN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{512,}={0,2}/g

/** Lines of equal length, as in certificates and mail. */
const WRAPPED = /(?:[A-Za-z0-9+/]{60,76}\r?\n){8,}[A-Za-z0-9+/]{0,76}={0,2}/g

const KEPT = 16

export const base64Elision = lossyTechnique('base64-elision', WHAT, (text) => {
  const shortened = text.replace(WRAPPED, elided).replace(RUN, elided)
  return shortened === text ? undefined : shortened
})

function elided(run: string): string {
  // Words and rules made of one letter are not base64.
  const looksEncoded = /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run)
  return looksEncoded ? run.slice(0, KEPT) + leftOut(run.length - KEPT, WHAT) : run
}
