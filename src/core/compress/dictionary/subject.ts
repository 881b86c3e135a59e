/** Which texts get a dictionary: logs, listings, tables. Not records, which are read by their quotation marks. */

/** Of all characters. Records of JSON have 5 to 20 %. */
const MAX_QUOTES = 0.04

export function isSubject(text: string): boolean {
  let quotes = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++
  return quotes <= MAX_QUOTES * text.length
}
