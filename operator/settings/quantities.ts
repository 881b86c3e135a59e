/** Settings that are amounts of resources, as JSON. */

import { parseQuantity } from '../../src/core/policy/quantity.ts'
import { isRecord } from '../../src/kube/index.ts'
import { checked } from './setting.ts'

export const QUANTITIES = checked(
  (json) => isObjectOf(json, (value) => parseQuantity(value) !== undefined),
  'must be a JSON object of quantities such as {"cpu":"20m","memory":"96Mi"}',
)

/** @param isRight of each value */
export function isObjectOf(json: string, isRight: (value: unknown) => boolean): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return isRecord(value) && Object.values(value).every(isRight)
  } catch {
    return false
  }
}
