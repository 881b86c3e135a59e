/** The flag that names a request's dialect. */

import { dialects } from '../../core/dialect/index.ts'

const DIALECT_NAMES = dialects.map(({ name }) => name)

export const DIALECT_OPTION = {
  type: 'string',
  value: 'NAME',
  choices: DIALECT_NAMES,
  about: `format of the request: ${DIALECT_NAMES.join(', ')}`,
  otherwise: 'detected from the body',
} as const
