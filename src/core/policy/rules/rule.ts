/** What a rule between fields is, and the words of CEL that rules are made of. */

export interface SpecCheck {
  /** From the spec down; `[]` is each item. */
  readonly at:
    | ''
    | 'selector'
    | 'selector.matchExpressions[]'
    | 'selector.matchLabels'
    | 'namespaceSelector'
    | 'namespaceSelector.matchExpressions[]'
    | 'namespaceSelector.matchLabels'
    | 'providers'
    | 'providers[]'
    | 'providers[].credentials'
    | 'providers[].timeouts'
    | 'providers[].tls'
    | 'compression'
    | 'limits'
    | 'sidecar.resources'
    | 'telemetry'
  /** The field to name in the message, below `at`; dots lead further down. */
  readonly field?: string
  /** Follows the field's name. */
  readonly message: string
  check(self: Written): boolean
}

/** The API server holds it too. */
export interface Rule extends SpecCheck {
  readonly cel: string
}

/** A node as written: any member may be absent or of the wrong type. */
export type Written = Readonly<Record<string, unknown>>

export function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null
}

/** A raw string of CEL. It has no way to write the quotation mark that ends it, so no pattern may hold one. */
export function celText(pattern: RegExp): string {
  return `r'${pattern.source}'`
}

export function celList(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`
}

export function isOneOf(list: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && list.includes(value)
}

/** A rule about the text of one field, when there is one: `cel` and `check` of the same patterns. */
export function textRule(
  place: Pick<SpecCheck, 'at' | 'message'> & { readonly field: string },
  demand: { readonly cel: string; check(text: string): boolean },
): Rule {
  const { at, field, message } = place
  return {
    at,
    field,
    message,
    cel: `!has(self.${field}) || ${demand.cel.replaceAll('TEXT', `self.${field}`)}`,
    check: ({ [field]: text }) => typeof text !== 'string' || demand.check(text),
  }
}
