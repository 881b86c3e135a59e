export { engineDescription } from './description.ts'
export { registerEngine } from './engine-api.ts'
