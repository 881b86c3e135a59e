/**
 * `MicroTime` (meta/v1): RFC 3339 with exactly six digits; the API server refuses a Date's three.
 * @param ms since the epoch
 */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
