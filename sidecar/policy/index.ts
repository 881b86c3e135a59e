export { createPolicyStore, type PolicyStore, type PolicyStoreOptions, type ReloadResult } from './store.ts'
