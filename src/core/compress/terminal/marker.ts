/** The marker at the end of a line whose earlier frames are left out: `progress 100% [41 earlier frames left out]`. */

const MARKER = / ?\[\d+ earlier frames?(?: of these \d+ lines)? left out\](?=[\r\n]|$)/g
const HINT = ' left out]'

/** @param lines the marker stands for this line and those above it */
export function markerFor(frames: number, lines: number): string {
  const these = lines > 1 ? ` of these ${lines} lines` : ''
  return `[${frames} earlier frame${frames > 1 ? 's' : ''}${these} left out]`
}

export function holdsMarker(text: string): boolean {
  return text.includes(HINT) && text.search(MARKER) >= 0
}

/** The text as the terminal shows it. */
export function withoutMarkers(text: string): string {
  return text.includes(HINT) ? text.replace(MARKER, '') : text
}
