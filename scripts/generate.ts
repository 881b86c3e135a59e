/** Writes every generated file; with --check, lists the stale ones and exits 1. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { stringify } from 'yaml'
import { INJECTOR_PAGE, OPERATOR_PAGE } from '../operator/pages.ts'
import { programReference } from '../operator/reference.ts'
import { settingsReference } from '../sidecar/config.ts'
import { engineDescription } from '../sidecar/engine-api/index.ts'
import { telemetryReference } from '../sidecar/telemetry/index.ts'
import { policyReference } from '../src/core/policy/documents.ts'
import { chartReadme } from './charts/readme.ts'
import { sidecarTemplate } from './charts/sidecar-template.ts'
import { definitionFile, definitionTemplate } from './crd/files.ts'
import { definitionReference } from './crd/reference.ts'
import { errorReference } from './error-reference.ts'
import { readModels } from './models/models-file.ts'
import { modelsReference } from './models/models-reference.ts'
import { modelsTable } from './models/models-table.ts'

const NOTE = '<!-- Made by `make generate`; do not edit. -->\n\n'
const YAML_NOTE = '# Made by `make generate`; do not edit.\n'

const MODELS = 'src/core/model/models.yaml'

const GENERATED: ReadonlyArray<{ file: string; make: () => string }> = [
  { file: 'src/core/model/models.gen.ts', make: () => modelsTable(readModels(readFileSync(MODELS, 'utf8'))) },
  { file: 'docs/reference/models.md', make: () => NOTE + modelsReference(readModels(readFileSync(MODELS, 'utf8'))) },
  { file: 'docs/reference/errors.md', make: () => NOTE + errorReference() },
  {
    file: 'docs/reference/openapi.yaml',
    make: () =>
      YAML_NOTE + stringify(engineDescription(), { aliasDuplicateObjects: false, lineWidth: 0, blockQuote: 'literal' }),
  },
  { file: 'crds/m2mpolicies.yaml', make: () => YAML_NOTE + definitionFile() },
  { file: 'charts/m2m/templates/crds.yaml', make: () => YAML_NOTE + definitionTemplate({ isOptional: true }) },
  { file: 'charts/m2m-crds/templates/crds.yaml', make: () => YAML_NOTE + definitionTemplate({ isOptional: false }) },
  {
    file: 'charts/m2m/templates/_sidecar.gen.tpl',
    make: () => `{{/* Made by \`make generate\`; do not edit. */}}\n${sidecarTemplate()}`,
  },
  ...['m2m', 'm2m-crds'].map((chart) => ({
    file: `charts/${chart}/README.md`,
    make: () => NOTE + readmeOf(`charts/${chart}`),
  })),
  { file: 'docs/reference/crd.md', make: () => NOTE + definitionReference() },
  { file: 'docs/reference/policy.md', make: () => NOTE + policyReference() },
  { file: 'docs/reference/settings.md', make: () => NOTE + settingsReference() },
  { file: 'docs/reference/operator.md', make: () => NOTE + programReference(OPERATOR_PAGE) },
  { file: 'docs/reference/injector.md', make: () => NOTE + programReference(INJECTOR_PAGE) },
  { file: 'docs/reference/telemetry.md', make: () => NOTE + telemetryReference() },
]

function readmeOf(chart: string): string {
  return chartReadme(readFileSync(`${chart}/Chart.yaml`, 'utf8'), readFileSync(`${chart}/values.yaml`, 'utf8'))
}

const isCheck = process.argv.includes('--check')
const stale = GENERATED.filter(({ file, make }) => !existsSync(file) || readFileSync(file, 'utf8') !== make())

for (const { file, make } of stale) {
  if (isCheck) console.error(`${file} is stale: run 'make generate' and commit it`)
  else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, make())
    console.log(`wrote ${file}`)
  }
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0
