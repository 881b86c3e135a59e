/** The flag that names a request's dialect. */

import { dialects } from '../../core/dialect/index.ts'

const DIALECT_NAMES = dialects.map(({ name }) => name)

export const DIALECT_OPTION = {
  type: 'string',
  value: 'NAME',
  choices: DIALECT_NAMES,
  about: `whose request it is: ${DIALECT_NAMES.join(', ')}`,
  otherwise: 'told by its shape',
} as const
