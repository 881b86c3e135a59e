/** The README of a chart: what it is, how it is installed, and every value by the comment over it (`# -- ...`, as helm-docs has it). */

import { isMap, isScalar, type Node, type Pair, parse, parseDocument } from 'yaml'

interface Chart {
  readonly name: string
  readonly description: string
  readonly version: string
  readonly appVersion: string
  readonly kubeVersion: string
}

interface Row {
  /** Dotted, as for `--set`. */
  readonly key: string
  readonly byDefault: string
  readonly about: string
}

/** @throws Error when a value has no comment */
export function chartReadme(chartYaml: string, valuesYaml: string): string {
  const { name, description, version, appVersion, kubeVersion } = parse(chartYaml) as Chart
  const rows = rowsOf(parseDocument(valuesYaml).contents, '')
  return [
    `# ${name}`,
    '',
    description,
    '',
    `Chart ${version}, application ${appVersion}, Kubernetes ${kubeVersion.replace(/-0$/, '')}, Helm 3 and 4.`,
    '',
    '```sh',
    `helm install ${name} charts/${name} --namespace m2m-system --create-namespace`,
    '```',
    '',
    'How to install, upgrade and uninstall: [docs/kubernetes.md](../../docs/kubernetes.md).',
    '',
    '## Values',
    '',
    'Helm refuses a name or a value that is not of these (`values.schema.json`).',
    '',
    '| Value | Default | Meaning |',
    '|---|---|---|',
    ...rows.map(({ key, byDefault, about }) => `| \`${key}\` | \`${byDefault}\` | ${about.replaceAll('|', '\\|')} |`),
    '',
  ].join('\n')
}

/** A block of values is walked; what is written in one line is one value. */
function rowsOf(node: unknown, prefix: string): Row[] {
  if (!isMap(node)) return []
  return (node.items as Pair<Node, Node | null>[]).flatMap(({ key, value }, index) => {
    const name = prefix + String(isScalar(key) ? key.value : key)
    if (isMap(value) && value.flow !== true) return rowsOf(value, `${name}.`)
    // The comment over the first value of a block belongs to the block.
    const comment = key.commentBefore ?? (index === 0 ? node.commentBefore : undefined)
    return [{ key: name, byDefault: JSON.stringify(value?.toJSON() ?? null), about: aboutOf(name, comment) }]
  })
}

function aboutOf(name: string, comment: string | null | undefined): string {
  const [, about] = /^ -- ([\s\S]*)$/m.exec(comment ?? '') ?? []
  if (about === undefined) throw new Error(`${name} has no comment that begins with "# -- "`)
  return about.replaceAll(/\n\s*/g, ' ')
}
