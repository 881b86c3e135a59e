/** Labels on the command line. */

import type { Labels } from '../../core/policy/documents.ts'
import { usageError } from '../usage.ts'

/**
 * @param text `A=B,...`; `-` for none
 * @throws M2MError USAGE
 */
export function labelsOf(flag: string, text: string): Labels {
  if (text === '-') return {}
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [, key, value] = /^([^=]+)=([^=]*)$/.exec(pair) ?? []
      if (key === undefined || value === undefined)
        throw usageError(`${flag} takes KEY=VALUE,..., not ${JSON.stringify(pair)}`)
      return [key, value]
    }),
  )
}
