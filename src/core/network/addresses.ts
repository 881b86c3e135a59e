/**
 * Which addresses a provider's name may resolve to. A name is chosen by a policy, its addresses by whoever answers DNS:
 * without this check an answer could lead a call, with its key, to a service of the cluster or to a cloud's metadata.
 */

import ipaddr from 'ipaddr.js'

/**
 * Public: what the Internet routes. Private: also RFC 1918, ULA (RFC 4193) and CGNAT (RFC 6598). A list: exactly the
 * addresses and CIDRs in it. Given: any, for a name that the operator wrote on the command line.
 */
export type AddressRule = 'Public' | 'Private' | 'Given' | readonly string[]

type AddressKind =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'broadcast'
  | 'reserved'

type Address = ReturnType<typeof ipaddr.parse>

/** No rule but Given permits these: nothing that serves an LLM has such an address. */
const NEVER: ReadonlySet<AddressKind> = new Set(['link-local', 'metadata', 'multicast', 'unspecified', 'broadcast'])

/** Metadata services of clouds beyond 169.254.0.0/16, some of them in ranges that are otherwise allowed. */
const METADATA: ReadonlySet<string> = new Set(
  ['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'].map((address) =>
    ipaddr.parse(address).toNormalizedString(),
  ),
)

const KINDS: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  loopback: 'loopback',
  linkLocal: 'link-local',
  multicast: 'multicast',
  unspecified: 'unspecified',
  broadcast: 'broadcast',
}

export interface AddressFault {
  /** `private`, `link-local`, ... */
  readonly kind: string
  /** No policy can permit it. */
  readonly isFinal: boolean
}

/** @returns why `address` may not be dialled; undefined when it may */
export function addressFault(address: string, rule: AddressRule): AddressFault | undefined {
  if (rule === 'Given') return undefined
  if (!isWrittenAddress(address)) return { kind: 'no address', isFinal: true }
  const outer = ipaddr.parse(address)
  const inner = innermost(outer)
  const kind = kindOf(inner)
  if (NEVER.has(kind)) return { kind, isFinal: true }
  const isAllowed =
    typeof rule === 'string'
      ? kind === 'public' || (rule === 'Private' && kind === 'private')
      : rule.some((range) => isIn(outer, range) || isIn(inner, range))
  return isAllowed ? undefined : { kind, isFinal: false }
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. */
export function isAddressRange(text: string): boolean {
  return isCidr(text) || isWrittenAddress(text)
}

/** Every address of the range is refused whatever a policy says. */
export function isRefusedRange(text: string): boolean {
  if (!isAddressRange(text)) return false
  const [base, bits] = parseRange(text)
  // A wider range that begins with such an address holds others as well.
  return NEVER.has(kindOf(innermost(base))) && bits >= (base.kind() === 'ipv4' ? 8 : 10)
}

/** Loopback as a URL's host names it: an address, `localhost`, or a name below it (RFC 6761, 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname)
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  if (!isWrittenAddress(host)) return false
  const kind = kindOf(innermost(ipaddr.parse(host)))
  // A connection to the unspecified address reaches this machine.
  return kind === 'loopback' || kind === 'unspecified'
}

/** Does the range hold the address, also in the IPv6 forms of an IPv4 address? */
export function isInRange(address: string, range: string): boolean {
  const outer = ipaddr.parse(address)
  return isIn(outer, range) || isIn(innermost(outer), range)
}

/** An address in its usual form: not `2130706433`, `0x7f.1` or `0177.0.0.1`, which some programs read as 127.0.0.1. */
export function isWrittenAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

/** A URL's host without brackets and final dot, in lower case. */
export function bareHost(hostname: string): string {
  return hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '')
}

function kindOf(address: Address): AddressKind {
  if (METADATA.has(address.toNormalizedString())) return 'metadata'
  if (address.kind() === 'ipv4' && address.toString() === '169.254.169.254') return 'metadata'
  return KINDS[address.range()] ?? 'reserved'
}

/** The IPv4 address that an IPv6 one stands for: mapped, compatible, translated (RFC 6052, 6145) or 6to4 (RFC 3056). */
function innermost(address: Address): Address {
  if (address.kind() === 'ipv4') return address
  const bytes = address.toByteArray()
  const range = address.range()
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6))
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1)
  const isEmbedded = range === 'ipv4Mapped' || range === 'rfc6145' || range === 'rfc6052' || isCompatible
  return isEmbedded ? new ipaddr.IPv4(bytes.slice(12)) : address
}

function isIn(address: Address, text: string): boolean {
  const [base, bits] = parseRange(text)
  return address.kind() === base.kind() && address.match(base as never, bits)
}

function parseRange(text: string): [Address, number] {
  if (isCidr(text)) return ipaddr.parseCIDR(text)
  const address = ipaddr.parse(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Of one family only, and what looks like one: each parser throws otherwise, and there may be thousands to be read. */
function isCidr(text: string): boolean {
  if (!text.includes('/')) return false
  return text.includes(':') ? ipaddr.IPv6.isValidCIDR(text) : ipaddr.IPv4.isValidCIDRFourPartDecimal(text)
}
