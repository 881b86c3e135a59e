/** Programs at the provider read some results: what they read must be JSON (PC-10). */

import { type Fields, fieldsOf } from './server.ts'

/** Does a program read the result, rather than the model? Every caller that is not `direct` counts. */
export function isReadByProgram(...callers: readonly unknown[]): boolean {
  return callers.some((caller) => {
    const { type } = fieldsOf(caller)
    return type !== undefined && type !== 'direct'
  })
}

/**
 * The member `caller` of a call: where programs may call, the API names the caller of each call.
 * @param tools of the request
 */
export function callerMember(caller: unknown, tools: readonly Fields[]): Fields {
  if (caller !== undefined) return { caller }
  const mayBeProgram = tools.some(({ allowed_callers }) => {
    return Array.isArray(allowed_callers) && allowed_callers.some((allowed) => allowed !== 'direct')
  })
  return mayBeProgram ? { caller: { type: 'direct' } } : {}
}

/** @throws Error, which the stand-in answers with a 500, when a program could not read the text */
export function runProgram(text: string): void {
  try {
    JSON.parse(text)
  } catch (cause) {
    throw new Error('the program could not read the result of its tool', { cause })
  }
}
