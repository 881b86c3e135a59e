/** The TypeScript table that the core reads, made from models.yaml. */

import type { ModelsFile } from './models-file.ts'

type Priced = ModelsFile['models'][number]
type Factor = ModelsFile['billings'][string]['content'] | ModelsFile['billings'][string]['tools']

/** @returns the source of models.gen.ts */
export function modelsTable(file: ModelsFile): string {
  const priced = [...file.models, ...file.dated].filter(({ input }) => input !== undefined)
  return [
    '/** Made by `make generate` from models.yaml; do not edit. */',
    '',
    "import type { Billing, CacheRules, Prices } from './card.ts'",
    "import type { Family } from './family.ts'",
    '',
    'const BILLINGS = {',
    ...Object.entries(file.billings).map(([name, billing]) => `  '${name}': ${billingOf(billing, file)},`),
    '} as const satisfies Record<string, Billing>',
    '',
    '/** How to count for a model that no family is known of, by the provider API it was asked through. */',
    'export const FALLBACKS: { readonly anthropic: Billing; readonly otherwise: Billing } = {',
    ...Object.entries(file.fallbacks).map(([api, name]) => `  ${api}: BILLINGS['${name}'],`),
    '}',
    '',
    'export const FAMILIES: readonly Family[] = [',
    ...file.families.map(
      ({ name, provider, billing, prefixes }) =>
        `  { name: '${name}', provider: '${provider}', billing: BILLINGS['${billing}'], prefixes: ${literal(prefixes)} },`,
    ),
    ']',
    '',
    'export const CACHES: ReadonlyArray<{ readonly rules: CacheRules; readonly prefixes: readonly string[] }> = [',
    ...file.caches.map(
      ({ prefixes, source, ...rules }) =>
        `  { rules: ${literal({ ...rules, ...origin(source, file) })}, prefixes: ${literal(prefixes)} },`,
    ),
    ']',
    '',
    '/** By the name as a provider gives it, with its date only where that has a price of its own. */',
    'export const PRICES: Readonly<Record<string, Prices>> = {',
    ...priced.map((model) => `  '${model.name}': ${literal(pricesOf(model, file))},`),
    '}',
    '',
    '/** The models that people ask for by name; any other of a known family resolves as well. */',
    'export const KNOWN_MODELS: readonly string[] = [',
    ...file.models.map(({ name }) => `  '${name}',`),
    ']',
    '',
  ].join('\n')
}

function billingOf({ vocabulary, content, tools }: ModelsFile['billings'][string], file: ModelsFile): string {
  return literal({ vocabulary, content: factorOf(content, file), tools: factorOf(tools, file) })
}

function factorOf({ rows, error, source, ...factor }: Factor, file: ModelsFile): object {
  if (rows === undefined || error === undefined || source === undefined) return factor
  return { ...factor, calibration: { asOf: file.sources[source]?.read, rows, error } }
}

function pricesOf({ name: _, upTo, source, ...prices }: Priced, file: ModelsFile): object {
  return {
    ...(source !== undefined && origin(source, file)),
    ...prices,
    ...(upTo !== undefined && { upToTokens: upTo }),
  }
}

function origin(source: string, file: ModelsFile): object {
  const known = file.sources[source]
  return { asOf: known?.read, source: known?.from }
}

/** A value on one line, as TypeScript. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'string') return `'${value.replaceAll("'", "\\'")}'`
  if (typeof value !== 'object' || value === null) return String(value)
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${key}: ${literal(member)}`)
    .join(', ')} }`
}
