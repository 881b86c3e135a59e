/** A request with any value at any place: clients do not always follow the description of an API. */

/** A copy with the value at the n-th place (counted depth first, modulo their number) replaced. */
export function withReplaced(root: unknown, place: number, value: unknown): unknown {
  const copy = structuredClone(root)
  const places: [Record<string, unknown>, string][] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key])
      walk((node as Record<string, unknown>)[key])
    }
  }
  walk(copy)
  const [parent, key] = places[place % places.length]!
  parent[key] = value
  return copy
}
