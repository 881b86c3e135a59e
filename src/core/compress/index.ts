export type { ChangeReport, Outcome, Report, TechniqueReport } from './report.ts'
export type { Equivalence, Technique } from './technique.ts'
