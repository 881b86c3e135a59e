/** Programs at the provider read some results: what they read must be JSON (PC-10). */

import { fieldsOf } from './server.ts'

/** Does a program read the result, rather than the model? Every caller that is not `direct` counts. */
export function isReadByProgram(...callers: readonly unknown[]): boolean {
  return callers.some((caller) => {
    const { type } = fieldsOf(caller)
    return type !== undefined && type !== 'direct'
  })
}

/** @throws Error, which the stand-in answers with a 500, when a program could not read the text */
export function runProgram(text: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new Error('the program could not read the result of its tool', { cause })
  }
}
