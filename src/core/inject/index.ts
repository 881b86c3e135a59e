export { injectPod } from './inject-pod.ts'
export type * from './injection.ts'
export { SKIP_REASONS } from './skip-reasons.ts'
export { wishOf } from './wish.ts'
