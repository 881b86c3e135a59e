export {
  createSessions,
  type EndedSession,
  type GroupsReport,
  type SessionCall,
  type SessionNews,
  type Sessions,
} from '../telemetry/groups/sessions.ts'
export { failedResultKeys } from './failed-results.ts'
export { type Group, groupOf } from './group.ts'
export { isHeldOut, type SessionSource, sessionId } from './session.ts'
