export { PORT_LIMITS, type PortLimits } from './limits.ts'
export { createPort, type Port } from './open.ts'
export { createPortServer, type Place, type PortDeps, pathOf } from './server.ts'
export { whenAsked } from './when-asked.ts'
