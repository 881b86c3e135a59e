/** What the environment says about the way out. */

/** The proxies by the scheme of an upstream, and authorities to trust beside those of Node.js. */
export interface NetworkEnvironment {
  readonly httpProxy: EgressProxy | undefined
  readonly httpsProxy: EgressProxy | undefined
  /** As in `NO_PROXY`. */
  readonly noProxy: string
  /** PEM files; undefined: none. */
  readonly caFile: string | undefined
  /** Folders of PEM files, separated as in PATH; undefined: none. */
  readonly caDir: string | undefined
}

export interface EgressProxy {
  /** May carry a user and a password: never logged. */
  readonly url: URL
  /** The variable or field that named it. */
  readonly from: string
}

export const EMPTY_ENVIRONMENT: NetworkEnvironment = {
  httpProxy: undefined,
  httpsProxy: undefined,
  noProxy: '',
  caFile: undefined,
  caDir: undefined,
}
