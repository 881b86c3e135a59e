export { PORT_LIMITS, type PortLimits } from './limits.ts'
export { createPortServer, type Place, type PortDeps } from './server.ts'
