export { credentialOf } from './credential.ts'
export { failedResultKeys } from './failed-result-keys.ts'
export { type Group, groupOf } from './group.ts'
export { isHeldOut, type SessionSource, sessionHeader, sessionId } from './session.ts'
