export { createEventRecorder, type EventRecorder, type EventRecorderOptions } from './events.ts'
export { fenced } from './fence.ts'
export { type KubeObject, keyOf } from './kept-objects.ts'
export type { KubeEvent, ObjectReference } from './kube-event.ts'
export { createLease, type Lease, type LeaseOptions } from './lease.ts'
export {
  createListWatch,
  type ListWatch,
  type ListWatchHooks,
  type ListWatchOptions,
  type ListWatchState,
  type RelistReason,
} from './list-watch.ts'
export { createQueue, type Queue, type QueueHooks, type QueueOptions } from './queue.ts'
