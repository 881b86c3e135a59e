/**
 * The rules between fields, once: the API server holds `cel` on the node that `at` names, everything else runs `check`. A
 * check gets the node as it was written, so it answers true for a value of a type that the schema refuses already; the server
 * runs no rule then.
 */

import { KUBERNETES_RULES } from './rules/kubernetes.ts'
import { LOCAL_PROVIDER_RULES, PROVIDER_RULES } from './rules/providers.ts'
import type { Rule, SpecCheck } from './rules/rule.ts'

export { NOTES } from './rules/notes.ts'
export { isWritten, type Rule, type SpecCheck, type Written } from './rules/rule.ts'

export const RULES: readonly Rule[] = [...KUBERNETES_RULES, ...PROVIDER_RULES]

/** Those that no API server holds: the operator does, with each policy that it reads. */
export const LOCAL_RULES: readonly SpecCheck[] = LOCAL_PROVIDER_RULES
