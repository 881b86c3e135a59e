/** One finding about a policy file: an error, which refuses the document, or a note, which does not. */

export interface Diagnostic {
  readonly file: string
  /** `spec.providers[0].name`; empty for a document or file as a whole. */
  readonly path: string
  /** Counted from 1. */
  readonly line?: number
  readonly message: string
}

/** `policy.yaml:12: spec.compression.profil: unknown field; did you mean profile?` */
export function formatDiagnostic({ file, path, line, message }: Diagnostic): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${message}`
}
