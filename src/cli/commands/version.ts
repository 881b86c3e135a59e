/** `m2m version`. */

import { VERSION } from '../../core/version.ts'
import { defineCommand } from '../command.ts'
import { print, printJson } from '../output.ts'

export const version = defineCommand({
  operands: '',
  about: 'Prints the version of M2M.',
  options: { json: { type: 'boolean', about: 'with the version of Node.js, for a program to read' } },
  examples: ['m2m version', 'm2m version --json'],
  async run({ values }) {
    if (values.json) printJson({ version: VERSION, node: process.version })
    else print(`m2m ${VERSION}`)
    return 0
  },
})
