export { Chains, chainLimits } from './chains.ts'
export { type BreakDetector, createBreakDetector, type PrefixBreak } from './detector.ts'
export { fingerprint, type RequestPrefix } from './fingerprint.ts'
