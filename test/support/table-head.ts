/** The head of a table as a person reads it, for readers that do not use our decoders. */

export interface HeadColumn {
  readonly name: string
  readonly kind: 'value' | 'constant' | 'object' | 'list' | 'map'
  readonly columns: readonly HeadColumn[]
  readonly constant: string
}

/** Names between commas, brackets around the columns of one name. */
export function readHead(text: string): HeadColumn[] {
  const parts: string[] = []
  let depth = 0
  for (const character of text) {
    if (character === ',' && depth === 0) parts.push('')
    else parts.push((parts.pop() ?? '') + character)
    if ('{['.includes(character)) depth++
    if ('}]'.includes(character)) depth--
  }
  return parts.filter((part) => part !== '').map(readColumn)
}

export function readColumn(text: string): HeadColumn {
  const [, name = text, sign, rest = ''] = /^([^={[]*)([={[])(.*)$/.exec(text) ?? []
  if (sign === undefined) return { name, kind: 'value', columns: [], constant: '' }
  if (sign === '=') return { name, kind: 'constant', columns: [], constant: rest }
  const columns = readHead(rest.slice(0, -1))
  const isMap = columns[0]?.name === '(key)'
  return { name, kind: sign === '[' ? 'list' : isMap ? 'map' : 'object', columns, constant: '' }
}

/** One value in all rows, or an object of such values: it has no cell. */
export function hasNoCell({ kind, columns }: HeadColumn): boolean {
  return kind === 'constant' || (kind === 'object' && columns.every(hasNoCell))
}
