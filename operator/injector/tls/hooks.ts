/** What a source of certificates tells of itself: figures, and lines for people. */

export interface CertificateHooks {
  /** This replica serves another certificate. */
  onServed?(notAfterMs: number): void
  /** The Secret or the bundle was written by this replica: created, begun, published, promoted, adopted, forgotten. */
  onChange?(change: string): void
  /** When the authority that signs ends. */
  onAuthority?(notAfterMs: number): void
  /** This replica holds the lease, or does no more. */
  onLeading?(isLeading: boolean): void
  /** Something failed and is tried again. */
  onFault?(resource: string, error: unknown): void
}
