/** Amounts of a resource as Kubernetes writes them: `500m`, `0.5`, `2`, `128Mi` (apimachinery, `resource.Quantity`). */

/** Few enough digits that no amount is rounded or cut by Kubernetes, which counts in billionths up to 2^63. */
export const QUANTITY = /^([0-9]{1,9})(?:\.([0-9]{1,6}))?(m|k|Ki|M|Mi|G|Gi)?$/

export const MAX_WHOLE_QUANTITY = 999_999_999

const BILLIONTHS = 1_000_000_000n

const SUFFIXES: Readonly<Record<string, bigint>> = {
  '': BILLIONTHS,
  m: BILLIONTHS / 1000n,
  k: BILLIONTHS * 1000n,
  Ki: BILLIONTHS * 1024n,
  M: BILLIONTHS * 1000n ** 2n,
  Mi: BILLIONTHS * 1024n ** 2n,
  G: BILLIONTHS * 1000n ** 3n,
  Gi: BILLIONTHS * 1024n ** 3n,
}

/** Exact, in billionths; undefined when it is no quantity that a policy may hold. */
export function parseQuantity(value: unknown): bigint | undefined {
  const written = typeof value === 'number' ? String(value) : value
  const parts = typeof written === 'string' ? QUANTITY.exec(written) : null
  if (parts === null) return undefined
  const [, whole = '', fraction = '', suffix = ''] = parts
  const millionths = BigInt(whole + fraction.padEnd(6, '0'))
  return (millionths * (SUFFIXES[suffix] ?? 0n)) / 1_000_000n
}
