export { type ConnectorDeps, createConnector } from './connector.ts'
export { type EgressProxy, EMPTY_ENVIRONMENT, type NetworkEnvironment } from './environment.ts'
export { type NetworkLog, SILENT } from './network-log.ts'
export { type Lookup, lookupBySystem } from './resolve.ts'
