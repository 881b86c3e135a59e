/** A binary min-heap of numbers in an array of fixed size. */

export class MinHeap {
  readonly #keys: Float64Array
  #size = 0

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  clear(): void {
    this.#size = 0
  }

  /** Adds a key; the caller must not exceed the capacity. */
  push(key: number): void {
    const keys = this.#keys
    let hole = this.#size++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const above = keys[parent] ?? 0
      if (above <= key) break
      keys[hole] = above
      hole = parent
    }
    keys[hole] = key
  }

  /** Removes the smallest key; the heap must not be empty. */
  pop(): number {
    const keys = this.#keys
    const smallest = keys[0] ?? 0
    const last = keys[--this.#size] ?? 0
    const size = this.#size
    let hole = 0
    while (2 * hole + 1 < size) {
      const child = smallerChild(keys, hole, size)
      const below = keys[child] ?? 0
      if (below >= last) break
      keys[hole] = below
      hole = child
    }
    keys[hole] = last
    return smallest
  }
}

/** The index of the smaller child of `parent`, which has at least one. */
function smallerChild(keys: Float64Array, parent: number, size: number): number {
  const left = 2 * parent + 1
  const right = left + 1
  return right < size && (keys[right] ?? 0) < (keys[left] ?? 0) ? right : left
}
