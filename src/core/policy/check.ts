/** Checks a whole M2MPolicy document: reports every error at once, each with its path and the allowed values. */

import { type Static, Type } from 'typebox'
import { Settings } from 'typebox/system'
import { Check, Errors } from 'typebox/value'
import { nearest } from '../nearest.ts'
import { OBJECT_NAME } from './patterns.ts'
import { isWritten, LOCAL_RULES, NOTES, RULES, type SpecCheck, type Written } from './rules.ts'
import { API_VERSION, KIND, PolicySpecSchema } from './schema.ts'

/** Keys from the document's root down: `['spec', 'providers', 0, 'name']`. */
export type FieldPath = readonly (string | number)[]

export interface Finding {
  readonly path: FieldPath
  readonly message: string
}

export interface CheckedPolicy {
  /** Undefined when the document has an error. */
  readonly document: Static<typeof Envelope> | undefined
  /** The errors, or the notes of a document without one. */
  readonly found: readonly Finding[]
}

const Envelope = Type.Object(
  {
    apiVersion: Type.Literal(API_VERSION),
    kind: Type.Literal(KIND),
    // Labels, annotations and the other members belong to Kubernetes.
    metadata: Type.Object({
      name: Type.String({
        minLength: 1,
        maxLength: 63,
        pattern: OBJECT_NAME.source,
        expected: 'lower-case letters, digits, inner hyphens and dots',
      }),
      namespace: Type.Optional(Type.String({ maxLength: 63 })),
    }),
    spec: PolicySpecSchema,
    status: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
)

/** The keywords of our schemas, as `explain` reads them. */
interface Keywords {
  readonly [keyword: string]: unknown
  readonly properties?: Readonly<Record<string, Keywords>>
  readonly items?: Keywords
  readonly additionalProperties?: Keywords | false
  readonly later?: readonly string[]
  readonly laterValues?: readonly unknown[]
  readonly expected?: string
}

// All errors of a document are shown together; typebox stops at 8 by default.
Settings.Set({ maxErrors: 200 })

export function checkPolicy(document: unknown): CheckedPolicy {
  const errors = errorsOf(document)
  if (errors.length > 0 || !Check(Envelope, document)) return { document: undefined, found: errors }
  return { document, found: NOTES.flatMap((note) => failing(note, document)) }
}

/** A document of another kind is not checked further. */
function errorsOf(document: unknown): Finding[] {
  const errors = Errors(Envelope, document)
  const foreign = errors.filter(({ instancePath }) => /^\/(?:apiVersion|kind)$/.test(instancePath))
  if (foreign.length > 0) return foreign.flatMap((error) => explain(error, document))
  const rules = [...RULES, ...LOCAL_RULES]
  return [...errors.flatMap((error) => explain(error, document)), ...rules.flatMap((rule) => failing(rule, document))]
}

/** `spec.providers[0].name` */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  )
}

/** An API server drops null; here it says nothing that leaving the field out would not say. */
const NOT_NULL = 'must not be null: give it a value, or leave it out'

type SchemaError = ReturnType<typeof Errors>[number]

function explain(error: SchemaError, document: unknown): Finding[] {
  const { path, schema, value } = locate(error.instancePath, document)
  const known = Object.keys(schema.properties ?? {})
  switch (error.keyword) {
    case 'additionalProperties':
      // The values of a map are told one by one.
      if (schema.additionalProperties) return []
      return error.params.additionalProperties.map((name) => ({
        path: [...path, name],
        message: unknownField(name, known, schema.later ?? []),
      }))
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: [...path, name], message: 'is required' }))
    // additionalProperties reports it already.
    case 'boolean':
      return []
    default:
      return [{ path, message: value === null ? NOT_NULL : demand(error, schema, value) }]
  }
}

function locate(pointer: string, document: unknown): { path: FieldPath; schema: Keywords; value: unknown } {
  const path: (string | number)[] = []
  let schema = Envelope as unknown as Keywords
  let value = document
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(value) ? Number(key) : key)
    schema = below(schema, key, Array.isArray(value))
    value = isWritten(value) ? value[key] : undefined
  }
  return { path, schema, value }
}

function below({ items, properties, additionalProperties }: Keywords, key: string, isList: boolean): Keywords {
  if (isList) return items ?? {}
  return (properties && Object.hasOwn(properties, key) ? properties[key] : additionalProperties || undefined) ?? {}
}

function unknownField(name: string, known: readonly string[], later: readonly string[]): string {
  if (later.includes(name)) return 'not available in this version'
  const guess = nearest(name, [...known, ...later])
  return guess === undefined ? `unknown field; known are ${known.join(', ')}` : `unknown field; did you mean ${guess}?`
}

/** The demand on a value, in words that follow the field's name. */
function demand(error: SchemaError, schema: Keywords, value: unknown): string {
  switch (error.keyword) {
    case 'type':
      return `must be ${schema.expected ?? TYPES[String(error.params.type)] ?? error.params.type}, not ${typeName(value)}`
    case 'enum':
      return allowed(error.params.allowedValues, schema, value)
    case 'const':
      return allowed([error.params.allowedValue], schema, value)
    case 'minimum':
    case 'maximum':
      return `must be between ${schema['minimum']} and ${schema['maximum']}`
    case 'pattern':
      return `must be ${schema.expected ?? error.params.pattern}`
    case 'minItems':
    case 'maxItems':
      return schema.expected === undefined ? error.message : `must be ${schema.expected}`
    default:
      return error.message
  }
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
}

/** Keys are longer: one that stands where an object belongs must not reach a message. */
const MAX_SHOWN = 24

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isWritten(value)) return 'an object'
  if (typeof value === 'string' && value.length > MAX_SHOWN) return `a string of ${value.length} characters`
  return `the ${typeof value} ${JSON.stringify(value)}`
}

function allowed(values: readonly unknown[], schema: Keywords, value: unknown): string {
  if (schema.laterValues?.includes(value)) return `${value} is not available in this version`
  const guess = typeof value === 'string' ? nearest(value, values.map(String)) : undefined
  const hint = guess === undefined ? '' : `; did you mean ${guess}?`
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}${hint}`
}

function failing(rule: SpecCheck, document: unknown): Finding[] {
  const steps = ['spec', ...rule.at.split(/\.|(?=\[\])/)].filter((step) => step !== '')
  return nodesAt(document, steps)
    .filter(({ value }) => !rule.check(value))
    .map(({ path }) => ({ path: [...path, ...(rule.field?.split('.') ?? [])], message: rule.message }))
}

/** The objects and lists that a rule's `at` names, as far as they exist. */
function nodesAt(root: unknown, steps: readonly string[]): { path: FieldPath; value: Written }[] {
  let nodes: { path: FieldPath; value: unknown }[] = [{ path: [], value: root }]
  for (const step of steps) {
    nodes = nodes.flatMap(({ path, value }) => {
      if (!isWritten(value)) return []
      if (step !== '[]') return [{ path: [...path, step], value: value[step] }]
      return Array.isArray(value) ? value.map((item, index) => ({ path: [...path, index], value: item })) : []
    })
  }
  return nodes.flatMap(({ path, value }) => (isWritten(value) ? [{ path, value: withoutNulls(value) }] : []))
}

/** A null is told already. For the rules it is as if it were not there, as it is for an API server. */
function withoutNulls(node: Written): Written {
  if (Array.isArray(node)) return node
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== null))
}
