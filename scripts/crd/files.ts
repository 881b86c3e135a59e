/** The files that carry the CustomResourceDefinition: plain YAML, and a template of each chart. */

import { stringify } from 'yaml'
import { policyDefinition } from './definition.ts'

/** For `kubectl apply --server-side`. */
export function definitionFile(): string {
  return stringify(policyDefinition(), { aliasDuplicateObjects: false, lineWidth: 0 })
}

const KEEP = `  {{- if .Values.crds.keep }}
  annotations:
    # Without it, an uninstall would delete every policy of the cluster.
    helm.sh/resource-policy: keep
  {{- end }}
`

/**
 * A template, and not a file of the chart's \`crds\` folder: Helm never upgrades what is there.
 * @throws Error when a text of the schema would be read as a template
 */
export function definitionTemplate(options: { readonly isOptional: boolean }): string {
  const text = definitionFile()
  if (text.includes('{{')) throw new Error('a text of the policy schema has {{, which Helm would read')
  const kept = text.replace(/^ {2}name: .*\n/m, (line) => line + KEEP)
  return options.isOptional ? `{{- if .Values.crds.enabled }}\n${kept}{{- end }}\n` : kept
}
