/** Where the webhook's certificate comes from: made by the injector itself, or read from files. */

export interface ServingCertificate {
  /** PEM, the leaf first. */
  readonly cert: string
  readonly key: string
  readonly notAfter: Date
}

export interface CertificateSource {
  start(): void
  stop(): Promise<void>
  /** Undefined while there is none yet. */
  readonly current: ServingCertificate | undefined
  /** Called with each new one. */
  onChange(listener: (certificate: ServingCertificate) => void): void
  /** Why no webhook can be served with it, one cause a line; none: it can. */
  notReady(): readonly string[]
}
