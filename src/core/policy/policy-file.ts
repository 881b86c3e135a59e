/** What a policy file is, before it is read. */

/** Larger files are refused, so callers need not read further. */
export const MAX_POLICY_BYTES = 1024 * 1024

export interface PolicyFile {
  /** Its name inside the bundle. */
  readonly name: string
  /** How to name it to a person. */
  readonly file: string
  readonly text: string
}

/** Is it a policy file? A mounted directory holds other files too; names with a leading dot belong to Kubernetes. */
export function isPolicyFile(name: string): boolean {
  return /^[^.].*\.(?:ya?ml|json)$/.test(name)
}
