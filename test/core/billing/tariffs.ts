/** Tariffs of models at their makers, for tests. */

import { type Tariff, tariffOf } from '../../../src/core/billing/index.ts'
import { resolveModel } from '../../../src/core/model/index.ts'

/** A Monday at two in the morning, UTC: no maker has a lower price then. */
export const AT = new Date('2026-11-30T02:00:00Z')

/** @param model of a known family */
export function tariff(model: string, { at = AT } = {}): Tariff {
  const server = { name: resolveModel(model)!.provider }
  return tariffOf({ server, models: [model], terms: [], at })!
}
