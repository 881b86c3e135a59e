/** Reads models.yaml, and checks its shape and its references. */

import { type Static, Type } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { readYaml } from '../../src/core/yaml.ts'

const exact = { additionalProperties: false }
const Name = Type.String({ pattern: '^[a-z0-9][-a-z0-9.]*$' })
const Names = Type.Array(Name, { minItems: 1 })
const Accuracy = Type.Union([Type.Literal('exact'), Type.Literal('approx'), Type.Literal('heuristic')])
const Price = Type.Number({ minimum: 0 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

const Factor = {
  factor: Type.Number({ exclusiveMinimum: 0 }),
  accuracy: Accuracy,
  /** Number of billed calls used for the fit, and the mean absolute error on other calls. */
  rows: Type.Optional(Type.Integer({ minimum: 1 })),
  error: Type.Optional(Type.Number({ minimum: 0 })),
  source: Type.Optional(Name),
}

const PositiveFactor = Type.Number({ exclusiveMinimum: 0 })
const Factors = Type.Record(Name, PositiveFactor)
const Tokens = Type.Integer({ minimum: 1 })
const Hour = Type.Integer({ minimum: 0, maximum: 24 })

/** Factors of a model's prices. A band begins at a length (`from`), or above it (`over`). */
const Terms = Type.Object(
  {
    bands: Type.Optional(
      Type.Array(
        Type.Object(
          { from: Type.Optional(Tokens), over: Type.Optional(Tokens), input: PositiveFactor, output: PositiveFactor },
          exact,
        ),
      ),
    ),
    tiers: Type.Optional(Factors),
    speeds: Type.Optional(Factors),
    places: Type.Optional(Factors),
    offPeak: Type.Optional(Type.Object({ factor: PositiveFactor, hours: Type.Array(Type.Tuple([Hour, Hour])) }, exact)),
  },
  exact,
)

const Model = Type.Object(
  {
    name: Name,
    since: Type.Optional(Day),
    input: Type.Optional(PositiveFactor),
    output: Type.Optional(Price),
    terms: Type.Optional(Names),
    retired: Type.Optional(Day),
    source: Type.Optional(Name),
  },
  exact,
)

const CacheKind = Type.Union([
  Type.Literal('anthropic'),
  Type.Literal('openai-implicit'),
  Type.Literal('openai-breakpoint'),
  Type.Literal('automatic'),
])

/** Members that all models of a kind of cache share, and those of some models. */
const Cache = Type.Object(
  {
    kind: CacheKind,
    ttlSeconds: Type.Optional(Tokens),
    write: PositiveFactor,
    ttlSecondsLong: Type.Optional(Tokens),
    writeLong: Type.Optional(PositiveFactor),
    maxMarks: Type.Optional(Tokens),
    lookBack: Type.Optional(Tokens),
    source: Name,
    models: Type.Array(
      Type.Object(
        {
          since: Type.Optional(Day),
          minTokens: Type.Optional(Tokens),
          read: PositiveFactor,
          source: Type.Optional(Name),
          prefixes: Names,
        },
        exact,
      ),
    ),
  },
  exact,
)

const Resold = Type.Object(
  {
    server: Name,
    models: Type.Array(Model, { minItems: 1 }),
    cache: Type.Object(
      { kind: CacheKind, ttlSeconds: Tokens, read: PositiveFactor, write: PositiveFactor, source: Name },
      exact,
    ),
  },
  exact,
)

const ModelsFile = Type.Object(
  {
    sources: Type.Record(Name, Type.Object({ read: Day, from: Type.String({ minLength: 1 }) }, exact)),
    billings: Type.Record(
      Name,
      Type.Object(
        {
          vocabulary: Type.Union([Type.Literal('o200k_base'), Type.Literal('cl100k_base')]),
          content: Type.Object(Factor, exact),
          tools: Type.Object({ ...Factor, overhead: Type.Number({ minimum: 0 }) }, exact),
        },
        exact,
      ),
    ),
    fallbacks: Type.Object({ anthropic: Name, otherwise: Name }, exact),
    families: Type.Array(Type.Object({ name: Name, provider: Name, billing: Name, prefixes: Names }, exact)),
    caches: Type.Array(Cache),
    unknownCaches: Names,
    terms: Type.Record(Name, Terms),
    models: Type.Array(Model),
    dated: Type.Array(Model),
    resold: Type.Array(Resold),
  },
  exact,
)

export type ModelsFile = Static<typeof ModelsFile>

/** @throws Error that names every mistake by its place in the file */
export function readModels(text: string): ModelsFile {
  const [document] = readYaml(text)
  const syntax = document?.problems.map(({ line, message }) => `line ${line}: ${message}`) ?? ['the file is empty']
  if (document === undefined || syntax.length > 0) throw mistakesError(syntax)
  const value = document.value
  if (!Check(ModelsFile, value)) {
    throw mistakesError(Errors(ModelsFile, value).map(({ instancePath, message }) => `${instancePath} ${message}`))
  }
  const wrong = [...missing(value), ...doubles(value), ...incomplete(value)]
  if (wrong.length > 0) throw mistakesError(wrong)
  return value
}

function mistakesError(mistakes: readonly string[]): Error {
  return new Error(`models.yaml:\n  ${mistakes.join('\n  ')}`)
}

/** Names of sources, billings and terms that are not defined. */
function missing(file: ModelsFile): string[] {
  const factors = Object.values(file.billings).flatMap(({ content, tools }) => [content, tools])
  const caches = [
    ...file.caches,
    ...file.caches.flatMap(({ models }) => models),
    ...file.resold.map(({ cache }) => cache),
  ]
  const models = pricedModels(file)
  const sources = [...factors, ...caches, ...models].flatMap(({ source }) => source ?? [])
  const billings = [...Object.values(file.fallbacks), ...file.families.map(({ billing }) => billing)]
  const terms = models.flatMap((model) => model.terms ?? [])
  return [
    ...sources.filter((name) => !(name in file.sources)).map((name) => `there is no source ${name}`),
    ...billings.filter((name) => !(name in file.billings)).map((name) => `there is no billing ${name}`),
    ...terms.filter((name) => !(name in file.terms)).map((name) => `there are no terms ${name}`),
  ]
}

function pricedModels({ models, dated, resold }: ModelsFile): Static<typeof Model>[] {
  return [...models, ...dated, ...resold.flatMap((each) => each.models)]
}

/** A name with several dates may occur once for each. */
function doubles(file: ModelsFile): string[] {
  const onDay = (name: string, since: string | undefined): string => (since === undefined ? name : `${name} (${since})`)
  const caches = file.caches.flatMap(({ models }) =>
    models.flatMap(({ prefixes, since }) => prefixes.map((prefix) => onDay(prefix, since))),
  )
  const lists = {
    family: file.families.map(({ name }) => name),
    'family prefix': file.families.flatMap(({ prefixes }) => prefixes),
    'cache prefix': [...caches, ...file.unknownCaches],
    model: [...file.models, ...file.dated].map(({ name, since }) => onDay(name, since)),
  }
  return Object.entries(lists).flatMap(([what, names]) =>
    names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${what} ${name} is listed twice`),
  )
}

/** Prices need input, output and source; a calibration needs rows, error and source; a band has one beginning. */
function incomplete(file: ModelsFile): string[] {
  const prices = pricedModels(file).filter(({ name: _, retired: __, ...rest }) => {
    const { input, output, source } = rest
    return Object.keys(rest).length > 0 && (input === undefined || output === undefined || source === undefined)
  })
  const billings = Object.entries(file.billings).filter(([, { content, tools }]) =>
    [content, tools].some(
      ({ accuracy, rows, error, source }) =>
        (rows === undefined) !== (error === undefined) ||
        (accuracy === 'approx' && source === undefined) ||
        (rows !== undefined && source === undefined),
    ),
  )
  const bands = Object.entries(file.terms).filter(([, terms]) =>
    terms.bands?.some(({ from, over }) => (from === undefined) === (over === undefined)),
  )
  return [
    ...prices.map(({ name }) => `model ${name} needs input, output and source, or none of them`),
    ...billings.map(([name]) => `billing ${name} needs a source, and rows and error together`),
    ...bands.map(([name]) => `a band of the terms ${name} needs from or over`),
  ]
}
