/**
 * The one error class, with a closed list of codes. Codes are stable: logs, spans and tests use them. A message states
 * the problem and the remedy; it never contains request content.
 */

/** The party that has to act: the application or user, the provider, or M2M itself. */
export type Blame = 'caller' | 'upstream' | 'us'

const CODES = {
  // Errors in a request.
  CALLER_REFUSED: 'caller',
  REQUEST_MALFORMED: 'caller',
  REQUEST_TIMEOUT: 'caller',
  HEADERS_TOO_LARGE: 'caller',
  EXPECTATION_FAILED: 'caller',
  NOT_A_PROXY: 'caller',
  UPGRADE_REFUSED: 'caller',
  BODY_TOO_LARGE: 'caller',
  BODY_NOT_DECODABLE: 'caller',
  BODY_NOT_JSON: 'caller',
  PATH_REFUSED: 'caller',
  HEADER_REFUSED: 'caller',
  NO_SUCH_PROVIDER: 'caller',
  NO_SUCH_ROUTE: 'caller',
  DIALECT_UNKNOWN: 'caller',
  NOT_OUR_FORM: 'caller',
  CALLER_GONE: 'caller',
  // Errors in configuration, files or commands.
  USAGE: 'caller',
  CONFIG_INVALID: 'caller',
  POLICY_INVALID: 'caller',
  MANIFEST_INVALID: 'caller',
  CORPUS_MISSING: 'caller',
  PEERS_MISSING: 'caller',
  FILE_UNREADABLE: 'caller',
  NO_SUCH_MODEL: 'caller',
  PRICE_TABLE_INVALID: 'caller',
  DOWNLOAD_FAILED: 'caller',
  PORT_IN_USE: 'caller',
  ADMIN_UNREACHABLE: 'caller',
  CLUSTER_UNREACHABLE: 'caller',
  CLUSTER_REFUSED: 'caller',
  NO_SUCH_POD: 'caller',
  // Errors of the provider or the connection to it.
  UPSTREAM_UNREACHABLE: 'upstream',
  UPSTREAM_ADDRESS_REFUSED: 'upstream',
  UPSTREAM_TLS_FAILED: 'upstream',
  EGRESS_PROXY_FAILED: 'upstream',
  UPSTREAM_CONNECT_TIMEOUT: 'upstream',
  UPSTREAM_FIRST_BYTE_TIMEOUT: 'upstream',
  UPSTREAM_IDLE_TIMEOUT: 'upstream',
  UPSTREAM_TOTAL_TIMEOUT: 'upstream',
  UPSTREAM_CLOSED: 'upstream',
  UPSTREAM_REPLY_INVALID: 'upstream',
  // Errors of M2M.
  DRAINING: 'us',
  TABLES_MISSING: 'us',
  INTERNAL: 'us',
} as const satisfies Record<string, Blame>

export type ErrorCode = keyof typeof CODES

/** All codes with the party to blame, for the reference page. */
export const ERROR_CODES: Readonly<Record<ErrorCode, Blame>> = CODES

/**
 * @example
 * throw new M2MError('the body is larger than 64 MiB', { code: 'BODY_TOO_LARGE' })
 */
export class M2MError extends Error {
  override readonly name = 'M2MError'
  readonly code: ErrorCode
  readonly blame: Blame

  constructor(message: string, options: { code: ErrorCode; cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = options.code
    this.blame = CODES[options.code]
  }
}
