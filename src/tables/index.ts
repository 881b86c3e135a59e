export { readTokenTable } from './read.ts'
