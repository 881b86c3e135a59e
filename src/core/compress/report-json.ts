/** A report as JSON: what `/v1/compress`, `m2m compress` and the preview answer. Its member names are part of the API. */

import type { Report, TechniqueReport } from './report.ts'

export interface TechniqueJson {
  readonly blocks: number
  readonly saved_tokens: number
}

export interface ReportJson extends Omit<Report, 'techniques'> {
  readonly techniques: Readonly<Record<string, TechniqueJson>>
}

export function reportJson(report: Report): ReportJson {
  return { ...report, techniques: techniquesJson(report.techniques) }
}

export function techniquesJson(techniques: Report['techniques']): ReportJson['techniques'] {
  return Object.fromEntries(Object.entries(techniques).map(([name, technique]) => [name, techniqueJson(technique)]))
}

function techniqueJson({ blocks, savedTokens }: TechniqueReport): TechniqueJson {
  return { blocks, saved_tokens: savedTokens }
}
