export { isHeldOut, type SessionSource, sessionId } from './session.ts'
