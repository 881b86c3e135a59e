/** Paths that must reach no provider. */

/**
 * Could a server behind us read this path as another one? Encodings are decoded at any depth (`%252e`).
 * An encoded slash alone is fine: SDKs write model names so (`/v1/models/org%2Fmodel`).
 */
export function isUnsafePath(path: string): boolean {
  const plain = path.includes('%') ? decoded(path) : path
  // A parameter does not hide a dot segment: servers of Java take `/..;/` for `/../`.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for control characters
  return /[\\#\x00-\x20\x7f]|(?:^|\/)\.\.?(?:[/;]|$)/.test(plain)
}

function decoded(path: string): string {
  return path
    .replaceAll(/%(?:25)*2e/gi, '.')
    .replaceAll(/%(?:25)*2f/gi, '/')
    .replaceAll(/%(?:25)*3b/gi, ';')
    .replaceAll(/%(?:25)*5c/gi, '\\')
    .replaceAll(/%(?:25)*(?:[01][0-9a-f]|7f)/gi, '\0')
}
