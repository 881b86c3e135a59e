/** The signs with which boxes are drawn. */

/** A rule by its signs: left end, filling, crossing, right end; '' for no such end. */
export type Rule = readonly [left: string, fill: string, cross: string, right: string]

export interface Style {
  readonly name: string
  /** Left, between the cells, and right of a row. */
  readonly bars: readonly [left: string, between: string, right: string]
  /** The same for the names, where they differ. */
  readonly nameBars?: readonly [left: string, between: string, right: string]
  readonly top?: Rule
  readonly underNames?: Rule
  readonly between?: Rule
  readonly bottom?: Rule
}

const PLUS: Rule = ['+', '-', '+', '+']
const LIGHT_BARS = ['│', '│', '│'] as const
const LIGHT = {
  bars: LIGHT_BARS,
  top: ['┌', '─', '┬', '┐'],
  underNames: ['├', '─', '┼', '┤'],
  bottom: ['└', '─', '┴', '┘'],
} as const

/** The first that draws the table is its style: a style with more rules is before one with fewer. */
export const STYLES: readonly Style[] = [
  { name: 'grid', bars: ['|', '|', '|'], top: PLUS, underNames: ['+', '=', '+', '+'], between: PLUS, bottom: PLUS },
  { name: 'outline', bars: ['|', '|', '|'], top: PLUS, underNames: ['+', '=', '+', '+'], bottom: PLUS },
  { name: 'box with lines', bars: ['|', '|', '|'], top: PLUS, underNames: PLUS, between: PLUS, bottom: PLUS },
  { name: 'box', bars: ['|', '|', '|'], top: PLUS, underNames: PLUS, bottom: PLUS },
  { name: 'unicode box with lines', ...LIGHT, between: LIGHT.underNames },
  { name: 'unicode box', ...LIGHT },
  {
    name: 'round box with lines',
    ...LIGHT,
    top: ['╭', '─', '┬', '╮'],
    between: LIGHT.underNames,
    bottom: ['╰', '─', '┴', '╯'],
  },
  { name: 'round box', ...LIGHT, top: ['╭', '─', '┬', '╮'], bottom: ['╰', '─', '┴', '╯'] },
  {
    name: 'heavy head box',
    ...LIGHT,
    nameBars: ['┃', '┃', '┃'],
    top: ['┏', '━', '┳', '┓'],
    underNames: ['┡', '━', '╇', '┩'],
  },
  {
    name: 'heavy box',
    bars: ['┃', '┃', '┃'],
    top: ['┏', '━', '┳', '┓'],
    underNames: ['┣', '━', '╋', '┫'],
    bottom: ['┗', '━', '┻', '┛'],
  },
  {
    name: 'double box',
    bars: ['║', '║', '║'],
    top: ['╔', '═', '╦', '╗'],
    underNames: ['╠', '═', '╬', '╣'],
    bottom: ['╚', '═', '╩', '╝'],
  },
  {
    name: 'double line box',
    ...LIGHT,
    top: ['╒', '═', '╤', '╕'],
    underNames: ['╞', '═', '╪', '╡'],
    between: LIGHT.underNames,
    bottom: ['╘', '═', '╧', '╛'],
  },
  { name: 'psql box', bars: ['|', '|', '|'], top: PLUS, underNames: ['|', '-', '+', '|'], bottom: PLUS },
  { name: 'org', bars: ['|', '|', '|'], underNames: ['|', '-', '+', '|'] },
  { name: 'bars', bars: ['', '|', ''], underNames: ['', '-', '+', ''] },
]
