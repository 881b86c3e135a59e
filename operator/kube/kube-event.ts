/** What is said about an object, before it becomes an Event. */

export interface KubeEvent {
  readonly regarding: ObjectReference
  readonly type: 'Normal' | 'Warning'
  /** One word in CamelCase: `DriftRepaired`. */
  readonly reason: string
  /** What was done: `Reconcile`. */
  readonly action: string
  /** Cut at 1,024 bytes. */
  readonly note: string
}

export interface ObjectReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
}
