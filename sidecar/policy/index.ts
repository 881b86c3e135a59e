export { createPolicyStore, type PolicyStore, type ReloadResult } from './store.ts'
