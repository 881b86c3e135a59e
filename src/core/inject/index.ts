export { injectPod } from './inject-pod.ts'
export type * from './injection.ts'
export { SKIP_REASONS, type SkipReason } from './skip-reasons.ts'
export { type Wish, wishOf } from './wish.ts'
