/** Linear regression by least absolute deviations: a few outliers do not change the result much. */

export interface Equation {
  readonly features: readonly number[]
  readonly target: number
  /** Factor of the deviation. */
  readonly weight: number
}

const ROUNDS = 60
/** Deviations below half a token are rounding errors. */
const LEAST = 0.5

/** Iteratively reweighted least squares. @returns a coefficient per feature; 0 for a feature that no row has */
export function leastAbsolute(rows: readonly Equation[]): number[] {
  let weights = rows.map(({ weight }) => weight)
  let solution: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    solution = leastSquares(rows, weights)
    weights = rows.map(
      ({ features, target, weight }) => weight / Math.max(LEAST, Math.abs(target - dot(features, solution))),
    )
  }
  return solution
}

/** The normal equations, with a minimal ridge for features that no row has. */
function leastSquares(rows: readonly Equation[], weights: readonly number[]): number[] {
  const size = rows[0]?.features.length ?? 0
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) =>
      rows.reduce(
        (sum, { features, target }, row) =>
          sum + at(weights, row) * at(features, i) * (j === size ? target : at(features, j)),
        i === j ? 1e-9 : 0,
      ),
    ),
  )
  return solve(matrix)
}

/** Gaussian elimination; the matrix is symmetric and positive definite, so no pivoting. */
function solve(matrix: number[][]): number[] {
  const size = matrix.length
  for (const [pivot, row] of matrix.entries()) {
    for (const other of matrix) {
      if (other === row) continue
      const factor = at(other, pivot) / at(row, pivot)
      for (let column = pivot; column <= size; column++) {
        other[column] = at(other, column) - factor * at(row, column)
      }
    }
  }
  return matrix.map((row, index) => at(row, size) / at(row, index))
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * at(b, index), 0)
}

/** An element of a vector; all vectors here have the same length. */
function at(vector: readonly number[], index: number): number {
  return vector[index] ?? 0
}
