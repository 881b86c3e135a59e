export { failedResultKeys } from './failed-results.ts'
export { type Group, groupOf } from './group.ts'
export { isHeldOut, type SessionSource, sessionId } from './session.ts'
