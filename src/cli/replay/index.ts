export { replayMarkdown, replayText } from './tables.ts'
