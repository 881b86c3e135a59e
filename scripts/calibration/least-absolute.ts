/** Linear regression by least absolute deviations: a few rows that are far off pull it nowhere. */

export interface Equation {
  readonly features: readonly number[]
  readonly target: number
  /** Deviations count times this. */
  readonly weight: number
}

const ROUNDS = 60
/** Deviations below half a token are rounding. */
const LEAST = 0.5

/** Iteratively reweighted least squares. @returns a coefficient per feature; 0 for one that no row has */
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

/** The normal equations, with a trace of ridge for features that no row has. */
function leastSquares(rows: readonly Equation[], weights: readonly number[]): number[] {
  const size = rows[0]?.features.length ?? 0
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) =>
      rows.reduce(
        (sum, { features, target }, row) =>
          sum + (weights[row] as number) * (features[i] as number) * (j === size ? target : (features[j] as number)),
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
      const factor = (other[pivot] as number) / (row[pivot] as number)
      for (let column = pivot; column <= size; column++) {
        other[column] = (other[column] as number) - factor * (row[column] as number)
      }
    }
  }
  return matrix.map((row, index) => (row[size] as number) / (row[index] as number))
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] as number), 0)
}
