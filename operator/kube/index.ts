export { createEventRecorder, type EventRecorder } from './events.ts'
export { fenced } from './fence.ts'
export type { KubeObject } from './kept-objects.ts'
export type { KubeEvent } from './kube-event.ts'
export { createLease, type Lease, type LeaseOptions } from './lease.ts'
export {
  createListWatch,
  type ListWatch,
  type ListWatchHooks,
  type ListWatchState,
  type RelistReason,
} from './list-watch.ts'
export { createQueue, type QueueHooks, type QueueOptions } from './queue.ts'
export { createWatchSet, type WatchSet } from './watch-set.ts'
