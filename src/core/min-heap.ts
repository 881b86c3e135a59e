/** A binary heap of numbers, smallest first, in one fixed array. */

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

  /** Adds a key; the caller keeps within the capacity. */
  push(key: number): void {
    const keys = this.#keys
    let hole = this.#size++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const above = keys[parent] as number
      if (above <= key) break
      keys[hole] = above
      hole = parent
    }
    keys[hole] = key
  }

  /** Takes the smallest key out; the heap must not be empty. */
  pop(): number {
    const keys = this.#keys
    const smallest = keys[0] as number
    const last = keys[--this.#size] as number
    const size = this.#size
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= size) break
      if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child++
      const below = keys[child] as number
      if (below >= last) break
      keys[hole] = below
      hole = child
    }
    keys[hole] = last
    return smallest
  }
}
