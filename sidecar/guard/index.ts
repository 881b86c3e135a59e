export { type Asked, createGuard, type Guard, type GuardSettings } from './guard.ts'
export { parseHost } from './host.ts'
