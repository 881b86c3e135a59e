/** What a drawing of tables is: how its lines are read as cells, and drawn again from them. */

/** The cells of a table. All rows have as many as there are names. */
export interface Cells {
  /** The columns' names; undefined for a table that has none. */
  readonly names: readonly string[] | undefined
  /** The records: no head, rule or footer is among them. */
  readonly rows: readonly (readonly string[])[]
}

/** Some lines of a text without their ends, all of which end alike. */
export interface Region {
  readonly lines: readonly string[]
  /** The line at which a table may begin. */
  readonly at: number
  /** The first line that belongs to it no more. */
  readonly end: number
}

/** Lines that look like a table. Those without a `table` were not read with certainty and are left alone. */
export interface Found {
  /** The number of lines. */
  readonly lines: number
  readonly table?: {
    /** What else is needed to draw it, in plain words without `;`, `=`, quotes and brackets; '' for nothing. */
    readonly layout: string
    readonly cells: Cells
  }
}

/** One way to draw tables. */
export interface Drawing {
  /** What parts two cells, with the flag `g`; undefined where rules or bars tell which lines are rows. */
  readonly gap?: RegExp
  /** Does a layout belong to this drawing? */
  owns(layout: string): boolean
  /** The lines at the start of a region that look like a table of this drawing. Its cost is linear in those lines. */
  read(region: Region): Found | undefined
  /** The lines of a table; undefined for a layout or cells that it never reads. */
  draw(layout: string, cells: Cells): readonly string[] | undefined
}

/** Fewer lines are no table. */
export const MIN_LINES = 3

/** More are no table that anybody reads. */
const MAX_COLUMNS = 500

/** A table that draws to the same lines again, or lines that are left alone. */
export function certain(drawing: Drawing, { lines, at }: Region, count: number, tables: Iterable<Table>): Found {
  for (const table of tables) {
    if ((table.cells.rows[0]?.length ?? 0) > MAX_COLUMNS) break
    const drawn = drawing.draw(table.layout, table.cells)
    if (drawn?.length === count && drawn.every((line, nth) => line === lines[at + nth])) return { lines: count, table }
  }
  return { lines: count }
}

type Table = NonNullable<Found['table']>
