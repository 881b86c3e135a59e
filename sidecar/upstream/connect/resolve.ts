/**
 * From a host to the addresses that may be dialled. The addresses that are checked here are the ones that `dial` gets:
 * there is no second look-up whose answer could differ (DNS rebinding).
 */

import { ADDRCONFIG } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { M2MError } from '../../../src/core/errors.ts'
import {
  type AddressFault,
  type AddressRule,
  addressFault,
  bareHost,
  isLoopbackHost,
} from '../../../src/core/network/index.ts'

/** @returns all addresses of a name, in the resolver's order. @throws an error with a code of `node:dns` */
export type Lookup = (hostname: string) => Promise<readonly string[]>

/** As `net.connect` asks: the system's resolver with its hosts file, search list and cache; nothing is kept here. */
export const lookupBySystem: Lookup = async (hostname) => {
  const found = await systemLookup(hostname, { all: true, hints: ADDRCONFIG })
  return found.map(({ address }) => address)
}

export interface Resolving {
  /** As `URL.hostname` gives it. */
  readonly hostname: string
  readonly rule: AddressRule
  readonly lookup: Lookup
  /** Begins the messages: whose host it is. */
  readonly subject: string
}

export interface Resolved {
  /** At least one. */
  readonly addresses: readonly string[]
  /** The kinds of addresses that were left out. */
  readonly refused: readonly string[]
}

const LOOPBACK: AddressRule = ['127.0.0.0/8', '::1']

/**
 * An address in the URL stands for itself, and `localhost` for loopback. Of a name's addresses those are left out that
 * `rule` refuses.
 * @throws M2MError UPSTREAM_ADDRESS_REFUSED when none is left; the look-up's own error
 */
export async function resolve({ hostname, rule, lookup, subject }: Resolving): Promise<Resolved> {
  const host = bareHost(hostname)
  if (isIP(host) !== 0) return { addresses: [host], refused: [] }
  const found = await lookup(host)
  if (found.length === 0) throw Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' })
  const inForce = isLoopbackHost(host) && rule !== 'Given' ? LOOPBACK : rule
  const faults = found.map((address) => addressFault(address, inForce))
  const addresses = found.filter((_, index) => faults[index] === undefined)
  const refused = faults.filter((fault) => fault !== undefined)
  if (addresses.length > 0) return { addresses, refused: refused.map(({ kind }) => kind) }
  throw refusal(subject, host, refused)
}

function refusal(subject: string, host: string, refused: readonly AddressFault[]): M2MError {
  const kinds = [...new Set(refused.map(({ kind }) => kind))].join(' and ')
  const remedy = refused.every(({ isFinal }) => isFinal)
    ? 'such addresses are always refused'
    : `the policy permits it by providers[].addresses: ${refused.every(({ kind }) => kind === 'private') ? 'Private, or ' : ''}a list of CIDRs`
  return new M2MError(`${subject}: ${host} resolves to ${kinds} addresses only, and nothing was sent; ${remedy}`, {
    code: 'UPSTREAM_ADDRESS_REFUSED',
  })
}
