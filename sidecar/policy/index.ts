export { createPolicyStore, type PolicyFigures, type PolicyStore, type ReloadResult } from './store.ts'
