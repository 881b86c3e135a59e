/** Where product and API server do not agree about a policy, and why. The cluster tests accept no other difference. */

export interface Difference {
  readonly id: 'null' | 'local-credentials' | 'union' | 'host'
  readonly policy: string
  readonly refusedBy: 'product' | 'server'
  /** What each message of the one that refuses looks like. */
  readonly tells: RegExp
  readonly reason: string
}

export const DIFFERENCES: readonly Difference[] = [
  {
    id: 'null',
    policy: 'a field that is `null`',
    refusedBy: 'product',
    tells: /: must not be null/,
    reason:
      'The server drops a null before it looks at the schema, except with `--server-side`. It may be a value that somebody forgot.',
  },
  {
    id: 'local-credentials',
    policy: '`credentials.mode: Env` or `File`, with `env` or `path`',
    refusedBy: 'server',
    tells: /providers\[\d+\]\.credentials\.(?:mode|env|path)/,
    reason: 'They are for files outside a cluster, which has Secrets for it.',
  },
  {
    id: 'union',
    policy: '`providers[].addresses` that is a number, true, false or `{}`',
    refusedBy: 'product',
    tells: /\.addresses: must be Public, Private, .*, not (?:an object|the (?:number|boolean) )/,
    reason: 'A field that is a text or a list has no type in a CRD. The text and the items of the list are checked.',
  },
  {
    id: 'host',
    policy: 'an IPv6 address with groups that do not add up, in a URL or in `providers[].addresses`',
    refusedBy: 'product',
    tells: /: (?:names a host that is none|has an item that is neither an address nor a CIDR)$/,
    reason: "No pattern counts them, and CEL's `isIP` refuses addresses that are valid here (`::ffff:192.0.2.1`).",
  },
]

/** The differences that explain the messages of the one that refuses; undefined where one of them is explained by none. */
export function explained(
  refusedBy: Difference['refusedBy'],
  messages: readonly string[],
): ReadonlySet<Difference['id']> | undefined {
  const known = DIFFERENCES.filter((difference) => difference.refusedBy === refusedBy)
  const ids = messages.map((message) => known.find(({ tells }) => tells.test(message))?.id)
  const found = ids.filter((id) => id !== undefined)
  return messages.length > 0 && found.length === messages.length ? new Set(found) : undefined
}
