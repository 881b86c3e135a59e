export { credentialOf } from './credential.ts'
export { failedResultKeys } from './failed-result-keys.ts'
export { type Group, groupOf } from './group.ts'
export { isHeldOut, type SessionSource, sessionId } from './session.ts'
