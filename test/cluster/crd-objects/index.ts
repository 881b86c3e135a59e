/** All good and bad policies. */

import { CREDENTIALS } from './credentials.ts'
import { FIELDS } from './fields.ts'
import { PLACES } from './places.ts'
import type { PolicyCase } from './policy-case.ts'
import { PROVIDERS } from './providers.ts'
import { BASE_URLS } from './urls.ts'

export const POLICY_CASES: readonly PolicyCase[] = [...PLACES, ...PROVIDERS, ...BASE_URLS, ...CREDENTIALS, ...FIELDS]
