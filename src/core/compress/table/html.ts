/** A table of HTML in a single line, with plain tags and plain text in its cells. */

import { type Cells, certain, type Drawing, type Found } from './drawing.ts'

const LAYOUT = /^HTML(, head and body)?$/

const TABLE =
  /^<table>(<thead>)?<tr>((?:<th>[^<>]*<\/th>)+)<\/tr>(?:<\/thead><tbody>)?((?:<tr>(?:<td>[^<>]*<\/td>)+<\/tr>)+)(?:<\/tbody>)?<\/table>$/

export const html: Drawing = {
  owns: (layout) => LAYOUT.test(layout),

  read(region): Found | undefined {
    const line = region.lines[region.at] as string
    const found = line.startsWith('<table>') ? TABLE.exec(line) : null
    if (found === null) return undefined
    const [, thead, names = '', body = ''] = found
    const rows = body.slice('<tr>'.length, -'</tr>'.length).split('</tr><tr>')
    const cells: Cells = { names: cellsOf(names, 'th'), rows: rows.map((row) => cellsOf(row, 'td')) }
    if (cells.rows.some((row) => row.length !== cells.names?.length)) return { lines: 1 }
    return certain(html, region, 1, [{ layout: thead === undefined ? 'HTML' : 'HTML, head and body', cells }])
  },

  draw(layout, { names, rows }) {
    const [isOurs, parts] = LAYOUT.exec(layout) ?? []
    if (isOurs === undefined || names === undefined) return undefined
    const head = drawRow(names, 'th')
    const body = rows.map((row) => drawRow(row, 'td')).join('')
    return [`<table>${parts === undefined ? head + body : `<thead>${head}</thead><tbody>${body}</tbody>`}</table>`]
  },
}

function cellsOf(row: string, tag: string): readonly string[] {
  return row.slice(tag.length + 2, -tag.length - 3).split(`</${tag}><${tag}>`)
}

function drawRow(cells: readonly string[], tag: string): string {
  return `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
}
