/** Finds the cheapest encoding of a text with the entries of a dictionary. */

import { TOKEN } from './token-estimate.ts'

/** An entry in place of atoms. */
export interface Use {
  /** Index of the first atom that it replaces. */
  readonly at: number
  readonly entry: number
}

/** A node of the tree of all values: the possible next atoms, and the entry + 1 that ends here, 0 for none. */
interface Node {
  readonly next: Map<number, Node>
  entry: number
}

export class Parser {
  /** By an atom's number, in tenths of a token. */
  readonly #estimates: Int32Array
  readonly #values: ReadonlyMap<number, readonly number[]>
  /** For the number of a value's first atom, its place in #roots + 1, 0 for none. */
  readonly #rootPlaces: Int32Array
  readonly #roots: Node[] = []

  /** @param values each entry's atoms by number, at least one */
  constructor(estimates: Int32Array, values: ReadonlyMap<number, readonly number[]>) {
    this.#estimates = estimates
    this.#values = values
    this.#rootPlaces = new Int32Array(estimates.length)
    for (const [entry, value] of values) this.#add(value, entry)
  }

  /** The uses of entries in `ids`, in order, and the cost with them. */
  parse(ids: ArrayLike<number>): { uses: Use[]; cost: number } {
    const { length } = ids
    /** For each place, the cost of the rest, and the entry + 1 used there. */
    const costs = new Int32Array(length + 1)
    const choices = new Int32Array(length)
    for (let at = length - 1; at >= 0; at--) {
      const id = ids[at] as number
      costs[at] = (costs[at + 1] as number) + (this.#estimates[id] as number)
      const place = this.#rootPlaces[id] as number
      let node = place > 0 ? this.#roots[place - 1] : undefined
      for (let end = at + 1; node !== undefined; end++) {
        const cost = (costs[end] as number) + TOKEN
        if (node.entry > 0 && cost < (costs[at] as number)) {
          costs[at] = cost
          choices[at] = node.entry
        }
        node = end < length ? node.next.get(ids[end] as number) : undefined
      }
    }
    return { uses: this.#uses(choices), cost: costs[0] as number }
  }

  #uses(choices: Int32Array): Use[] {
    const uses: Use[] = []
    for (let at = 0; at < choices.length; ) {
      const entry = (choices[at] as number) - 1
      if (entry >= 0) uses.push({ at, entry })
      at += entry < 0 ? 1 : (this.#values.get(entry) as readonly number[]).length
    }
    return uses
  }

  #add(value: readonly number[], entry: number): void {
    const [first, ...rest] = value as readonly [number, ...number[]]
    this.#rootPlaces[first] ||= this.#roots.push({ next: new Map(), entry: 0 })
    let node = this.#roots[(this.#rootPlaces[first] as number) - 1] as Node
    for (const id of rest) {
      let child = node.next.get(id)
      if (child === undefined) {
        child = { next: new Map(), entry: 0 }
        node.next.set(id, child)
      }
      node = child
    }
    node.entry = entry + 1
  }
}
