/** The reading test: asks a model the same questions about tool outputs and about their compressed forms. */

export { EVAL_DIALECTS } from './endpoint/index.ts'
export { type EvalEvents, type EvalOptions, evaluate } from './eval.ts'
export type { Plan } from './plan.ts'
export type { EvalResult, ResultRow } from './result/result.ts'
export { requestsOf, requestWith, type Source } from './samples/requests.ts'
export { loadYardsticks, YARDSTICK_NAMES } from './yardsticks/index.ts'
