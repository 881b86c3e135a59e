export { createEvalProgress } from './progress.ts'
export { evalMarkdown, evalText } from './tables.ts'
