/** Text in aligned columns. */

/** @param right indexes of the columns that are aligned right (numbers) */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const columnCount = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columnCount }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** @param texts number of leading text columns, aligned left; the others hold numbers */
export function markdownTable([head = [], ...rows]: readonly (readonly string[])[], texts: number): string {
  const rule = head.map((_, i) => (i < texts ? '---' : '---:'))
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** `1234567` as `1,234,567`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** `12.3 %`; a dash when `whole` is 0. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`
}
