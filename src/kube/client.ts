/** What the client of the API server offers: raw JSON in and out. */

export interface KubeClient {
  /** Of the service account, or of the context; `default` where neither names one. */
  readonly namespace: string
  /** @throws KubeError for every answer but 2xx, and for none. 429, and 503 with Retry-After, are waited for first. */
  request<T>(call: KubeCall): Promise<T>
  get<T>(path: string, query?: Query): Promise<T>
  /** A list in pages of `limit` objects (100). A list that cannot be continued begins anew: see `ListPage.isFirst`. */
  pages<T>(path: string, query?: Query, options?: PageOptions): AsyncIterable<ListPage<T>>
  /**
   * The lines of a watch as JSON values, until the server or the signal ends it.
   * @throws KubeError for an answer but 200, a line that is no JSON, a cut connection, and silence (`Timeout`)
   */
  stream(path: string, query: Query, options: StreamOptions): AsyncIterable<unknown>
  /** Server-side apply: the object with exactly the fields that the manager owns. Paths of `/status` too. */
  apply<T>(path: string, object: object, options: ApplyOptions): Promise<T>
  /** Ends every call and connection. */
  close(): Promise<void>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Undefined values are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface KubeCall {
  readonly method: Method
  /** As in the API: `/apis/m2m.io/v1alpha1/namespaces/x/m2mpolicies/y`. */
  readonly path: string
  readonly query?: Query
  readonly body?: object
  /** `application/json`; a PATCH must name its kind. */
  readonly contentType?: string
  /** The answer is text, as of a pod behind the API server's proxy, and comes as a string. */
  readonly isText?: boolean
  /** Of one attempt, from its sending to the last byte. 10 s. */
  readonly timeoutMs?: number
  /** The longest sum of waits for 429 and 503. 60 s; 0: none. */
  readonly maxWaitMs?: number
  readonly signal?: AbortSignal
  /** Asked right before each sending. False: nothing is sent, KubeError `NotLeader`. */
  readonly fence?: () => boolean
}

export interface PageOptions {
  readonly limit?: number
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface StreamOptions {
  readonly signal: AbortSignal
  /** The server has accepted the watch. */
  onOpen?(): void
}

export interface ListPage<T> {
  readonly items: readonly T[]
  /** Of the whole list: the same on each of its pages. */
  readonly resourceVersion: string
  /** What earlier pages said no longer counts: a list begins, for the first time or anew. */
  readonly isFirst: boolean
  /** It is the last one: the list is whole. */
  readonly isLast: boolean
}

export interface ApplyOptions {
  readonly fieldManager: string
  /** Takes over fields that others own. */
  readonly force?: boolean
}

export interface KubeClientOptions {
  /** `m2m`. */
  readonly userAgent?: string
  /** Of one attempt. 10 s. */
  readonly timeoutMs?: number
  /** Silence after which a watch counts as dead. 45 s. */
  readonly silenceMs?: number
  /** For calls; each watch has one more. 3. */
  readonly connections?: number
  /** Each answer, and each failure to get one. */
  onAnswer?(answer: Answer): void
}

export interface Answer {
  readonly method: Method | 'WATCH'
  /** 0: there was none. Any success is 200. */
  readonly status: number
  readonly ms: number
}
