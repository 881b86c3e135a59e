/**
 * Chooses among several providers (docs/spec/routing.md, Credentials before paths). A key goes to its own maker; what a
 * path looks like decides only among those that may have the key.
 */

import type { ProviderDialect } from '../../dialect/index.ts'
import { M2MError } from '../../errors.ts'
import type { Provider } from '../compiled.ts'
import { mayIssueSk, type Sign } from './credentials.ts'
import { MAKERS, type MakerName, ownerOf } from './makers.ts'

export interface Choice {
  readonly provider: Provider
  /** `x-api-key`, `Bearer sk-ant-`, `path`. */
  readonly reason: string
}

export interface Question {
  readonly providers: readonly Provider[]
  readonly signs: readonly Sign[]
  /** The API of the path; undefined where no rule names it. */
  readonly dialect: ProviderDialect | undefined
  /** The only maker that has such a path. */
  readonly maker: MakerName | undefined
  /** The key begins with `sk-` and shows no maker. */
  readonly isBareSk: boolean
}

/** For a path that names no provider. @returns M2MError NO_SUCH_PROVIDER where nobody may have it */
export function choose(question: Question): Choice | M2MError {
  const { providers, dialect, maker, isBareSk } = question
  const signs = decisive(known(question))
  const [first] = signs
  if (first !== undefined) {
    const allowed = providers.filter((provider) => signs.every((sign) => mayHave(provider, sign, providers)))
    const provider = allowed.find((candidate) => candidate.dialect === dialect) ?? allowed[0]
    return provider === undefined ? noProviderFor(signs, providers) : { provider, reason: first.reason }
  }
  const serving = maker === undefined ? providers : ofMakerOrAnybodys(providers, maker)
  const own = serving.find((candidate) => ownerOf(candidate)?.maker === maker && maker !== undefined)
  const speaking = serving.filter((candidate) => candidate.dialect === dialect)
  const likely = isBareSk ? speaking.find((candidate) => mayIssueSk(ownerOf(candidate)?.maker)) : undefined
  const provider = own ?? likely ?? speaking[0]
  return provider === undefined ? noProviderOf(dialect, providers) : { provider, reason: 'path' }
}

/**
 * For a path that names its provider: the user's word, which holds wherever the key's maker or the provider's is not
 * certain.
 * @returns M2MError NO_SUCH_PROVIDER for a key that is certainly another maker's
 */
export function refusalOf(
  provider: Provider,
  { providers, signs: all }: Pick<Question, 'providers' | 'signs'>,
): M2MError | undefined {
  const signs = known({ providers, signs: all })
  const owner = ownerOf(provider)
  if (owner === undefined || owner.by === 'dialect') return undefined
  const foreign = signs.find((sign) => sign.kind !== 'hint' && !mayBeGiven(provider, sign, providers))
  if (foreign === undefined) return undefined
  const { title } = MAKERS[foreign.maker]
  return new M2MError(
    `this key is ${title}'s (${foreign.reason}), and ${provider.name} is ${MAKERS[owner.maker].title}'s, so it is not ` +
      `sent there; ${remedy(foreign.maker, providers)}`,
    { code: 'NO_SUCH_PROVIDER' },
  )
}

function mayBeGiven(provider: Provider, sign: Sign, providers: readonly Provider[]): boolean {
  const maker = ownerOf(provider)?.maker
  if (maker === sign.maker || mayHave(provider, sign, providers)) return true
  return isHeader(sign, 'anthropic') && maker !== undefined && MAKERS[maker].takesAnthropicHeader === true
}

/** A signature opens nothing elsewhere: without a provider of its maker, a gateway or a stand-in is meant. */
function known({ providers, signs }: Pick<Question, 'providers' | 'signs'>): readonly Sign[] {
  const isKnown = ({ kind, maker }: Sign): boolean =>
    kind !== 'signature' || providers.some((provider) => ownerOf(provider)?.maker === maker)
  return signs.every(isKnown) ? signs : signs.filter(isKnown)
}

/** Companions of a key count only where no key decides. */
function decisive(signs: readonly Sign[]): readonly Sign[] {
  const keys = signs.filter(({ kind }) => kind !== 'hint')
  return keys.length > 0 ? keys : signs
}

/** A provider of the sign's maker; where only a header shows it, also others that speak the API of that header. */
function mayHave(provider: Provider, sign: Sign, providers: readonly Provider[]): boolean {
  const maker = ownerOf(provider)?.maker
  if (maker === sign.maker) return true
  if (sign.kind === 'form' || sign.kind === 'signature') return false
  if (sign.maker === 'anthropic') return provider.dialect === 'anthropic'
  if (sign.maker !== 'azure' || provider.dialect !== 'openai') return false
  // Azure behind a gateway: a host that nobody knows, where the policy names no Azure.
  return ofMakerOrAnybodys(providers, 'azure').includes(provider)
}

/** The providers of a maker; without one, those at hosts that nobody knows, preferably with names that say nothing. */
function ofMakerOrAnybodys(providers: readonly Provider[], maker: MakerName): readonly Provider[] {
  const own = providers.filter((provider) => ownerOf(provider)?.maker === maker)
  if (own.length > 0 || maker !== 'azure') return own
  const anybodys = providers.filter((provider) => ownerOf(provider) === undefined && provider.dialect === 'openai')
  if (anybodys.length > 0) return anybodys
  return providers.filter((provider) => ownerOf(provider)?.by === 'name' && provider.dialect === 'openai')
}

function isHeader({ kind, maker }: Sign, of: MakerName): boolean {
  return kind === 'header' && maker === of
}

function noProviderFor(signs: readonly Sign[], providers: readonly Provider[]): M2MError {
  const owners = new Map(signs.map(({ maker, reason }) => [maker, reason]))
  const said = [...owners].map(([maker, reason]) => `${MAKERS[maker].title}'s (${reason})`)
  const [first] = signs
  const fault =
    owners.size > 1
      ? `this request carries keys of several makers, ${said.join(' and ')}, and no provider may have all of them`
      : `this key is ${said.join('')}, and no provider of the policy is`
  const way = owners.size > 1 || first === undefined ? 'send one key' : remedy(first.maker, providers)
  return new M2MError(`${fault}; ${way}`, { code: 'NO_SUCH_PROVIDER' })
}

function remedy(maker: MakerName, providers: readonly Provider[]): string {
  const own = providers.filter((provider) => ownerOf(provider)?.maker === maker)
  if (own.length > 0) return `its own: ${prefixes(own)}`
  return `add ${maker} with --upstream ${maker}=URL, or put the name of a gateway before the path (${prefixes(providers)})`
}

function noProviderOf(dialect: ProviderDialect | undefined, providers: readonly Provider[]): M2MError {
  const fault =
    dialect === undefined ? 'no provider serves this path' : `no provider of dialect ${dialect} serves this path`
  const flag = `--upstream NAME:${dialect ?? 'DIALECT'}=URL`
  return new M2MError(`${fault}; put the name of one before it (${prefixes(providers)}), or add one with ${flag}`, {
    code: 'NO_SUCH_PROVIDER',
  })
}

function prefixes(providers: readonly Provider[]): string {
  return providers.map(({ name }) => `/${name}/...`).join(', ')
}
