/**
 * Patterns that two programs read alike: JavaScript here, RE2 in the API server. So no look-around, no back-references, no
 * `\s` or `\w` (they differ beyond ASCII), no apostrophe (`celText`), and ASCII alone.
 */

const DNS_NAME = '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'

/** Names of objects (RFC 1123 subdomains). */
export const OBJECT_NAME = new RegExp(`^${DNS_NAME}$`)

/** Keys of labels: an optional prefix, and a name of at most 63 characters. */
export const LABEL_KEY = new RegExp(`^(${DNS_NAME}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)

export const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/

export const MAX_LABEL_KEY = 316

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const IPV4 = `${OCTET}(\\.${OCTET}){3}`

/** An address or a CIDR. What comes after an IPv6 address's colons is left to those who parse it. */
export const CIDR = new RegExp(
  `^(${IPV4}(/(3[0-2]|[12]?[0-9]))?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$`,
)

/** International names stand in their ASCII form, or parsers would differ about the host. No zones of IPv6 (RFC 6874). */
const AUTHORITY = '[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])'
const PORT = '(:(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4}))?'
/** Visible characters but `"`, `#`, `?`, `@` and `\`; a percent sign has two hexadecimal digits after it. */
const PATH = '(/([!$&-.0->A-\\[\\]-~/]|%[0-9A-Fa-f]{2})*)?'

/** An http or https URL without user, query and fragment. */
export const HTTP_URL = new RegExp(`^${AUTHORITY}${PORT}${PATH}$`)

/** The same without a path. */
export const HTTP_ORIGIN = new RegExp(`^${AUTHORITY}${PORT}/?$`)

export const HAS_USER_QUERY_OR_FRAGMENT = /[@?#]/

export const PLAIN_HTTP = /^[Hh][Tt][Tt][Pp]:/

/** Hosts that URL parsers read as an IPv4 address (WHATWG URL, 3.5), and those that are written as one. */
export const ENDS_IN_NUMBER = /^[A-Za-z]+:\/\/([^/:]*\.)?(0[xX][0-9a-fA-F]*|[0-9]+)\.?([:/]|$)/
export const HAS_WRITTEN_IPV4 = new RegExp(`^[A-Za-z]+://${IPV4}([:/]|$)`)
