/** From one row of any price table to a model of ours: its name and its figures. */

import { readName } from '../normalise.ts'
import { resolveModel } from '../resolve.ts'
import { checkFigures, type Figures, type RawFigures } from './figures.ts'

/**
 * What became of a row. left: it is right, but states nothing that a card could hold; only its reason is counted.
 * refused: it is wrong, and is named with the reason.
 */
export type Row =
  | { readonly kind: 'read'; readonly name: string; readonly figures: Figures }
  | { readonly kind: 'left'; readonly reason: string }
  | { readonly kind: 'refused'; readonly name: string; readonly reason: string }

export interface RawRow {
  /** The model's name as the table has it. */
  readonly key: string
  /** Our name of the maker: the row is for the maker's own API. */
  readonly maker: string
  readonly figures: RawFigures
}

/** As in `resolveModel`: a longer name is not a model name. */
const MAX_NAME = 256
const NAME = /^[a-z0-9][a-z0-9._+-]*$/

export const OTHER_HOST = 'of hosts that did not make the model'
export const BY_THE_HOUR = 'of models whose price depends on the time of day'

export function left(reason: string): Row {
  return { kind: 'left', reason }
}

export function refused(name: string, reason: string): Row {
  return { kind: 'refused', name, reason }
}

/** Reads a row of a text model that its maker serves. */
export function readRow({ key, maker, figures }: RawRow): Row {
  if (key.length > MAX_NAME) return refused(key, 'its name is longer than a model name')
  const { dated, isTuned } = readName(key)
  if (isTuned) return left('of fine-tuned models')
  if (!NAME.test(dated)) return refused(key, 'its name has characters that no model name has')
  const card = resolveModel(key)
  if (card === undefined) return left('of models without a known family')
  if (card.provider !== maker) return left(OTHER_HOST)
  const checked = checkFigures(figures)
  if (checked.kind === 'unpriced') return left('without a price for each token')
  return checked.kind === 'wrong'
    ? refused(key, checked.reason)
    : { kind: 'read', name: dated, figures: checked.figures }
}
