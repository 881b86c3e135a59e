/** How the tables of good and bad policies are written and read. */

/**
 * A spec, what the product says of it, and the API server: errors with their paths, joined by semicolons. Without errors, both
 * accept it. Without the server's, it says the product's: they are those of rules. Patterns of the definition stand as
 * `its pattern`.
 */
export type PolicyCase = readonly [title: string, spec: object, product?: string, server?: string]

export const ACCEPTED = ''

/** @param productErrors each as `PATH: MESSAGE` */
export function serverErrors([, , productErrors = ACCEPTED, own]: PolicyCase): string {
  // A rule's message stands behind the value, which the server does not show where the value is an object.
  return own ?? productErrors.replaceAll(/(^|; )(spec[^:]*): /g, '$1$2: Invalid value: ')
}
