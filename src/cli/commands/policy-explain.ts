/** `m2m policy explain`. */

import { OPERATOR_NAMESPACE } from '../../core/policy/documents.ts'
import { defineCommand, type Values } from '../command.ts'
import { type Explained, explainFiles } from '../explain/explained.ts'
import { policiesInFiles } from '../explain/read-files.ts'
import { labelsOf } from '../options/labels.ts'
import { print, printJson } from '../output.ts'
import { explanationLines } from '../print/policy-explanation.ts'
import { usageError } from '../usage.ts'

const OPTIONS = {
  namespace: { type: 'string', short: 'n', value: 'NAME', about: 'of the pod', otherwise: "the context's" },
  kubeconfig: { type: 'string', value: 'FILE', about: 'the kubeconfig', otherwise: 'as kubectl finds it' },
  context: { type: 'string', value: 'NAME', about: 'its context', otherwise: 'the current one' },
  'operator-namespace': {
    type: 'string',
    value: 'NAME',
    about: 'where policies of the whole cluster stand',
    otherwise: `as the bundle tells, else ${OPERATOR_NAMESPACE}`,
  },
  labels: {
    type: 'string',
    value: 'A=B,...',
    about: 'ask files instead of a cluster: the labels of the pod; `-` for none',
  },
  annotations: {
    type: 'string',
    value: 'A=B,...',
    about: 'with --labels: those of the pod; it is told whether such a pod gets a sidecar',
  },
  'namespace-labels': { type: 'string', value: 'A=B,...', about: "with --labels: those of the pod's namespace" },
  json: { type: 'boolean', about: 'print the explanation for a program to read' },
} as const

export const policyExplain = defineCommand({
  operands: 'pod/NAME|FILE...',
  about: [
    'Says why a pod has a sidecar or none, which policy holds for it, by which rule it wins over',
    'which others, why the rest is not in question, what the pod runs, and what keeps it from',
    'running what it should: also a sidecar that does not start.',
    'It decides as the operator and the sidecar do. It reads the pod, its namespace, policies,',
    'the ConfigMap m2m-bundle and, by the proxy of the API server, the metrics of the sidecar.',
    'With --labels it asks M2MPolicy files in place of a cluster.',
    'Exit code 1 when something keeps the pod from running what it should.',
  ].join('\n'),
  options: OPTIONS,
  examples: [
    'm2m policy explain pod/api-7d4b9 -n shop',
    'kubectl m2m policy explain pod/api-7d4b9 --json',
    'm2m policy explain --labels app=api --namespace shop policies/*.yaml',
  ],
  async run({ values, operands }) {
    const explained = values.labels === undefined ? await askClusterFor(operands, values) : askFiles(operands, values)
    if (values.json) printJson(explained)
    else for (const line of explanationLines(explained)) print(line)
    return (explained.cluster?.blocks.length ?? 0) > 0 ? 1 : 0
  },
})

async function askClusterFor(operands: readonly string[], values: Values<typeof OPTIONS>): Promise<Explained> {
  const name = podName(operands)
  const { askCluster } = await import('../explain/ask-cluster.ts')
  const { namespace, kubeconfig, context, 'operator-namespace': operatorNamespace } = values
  return askCluster({ name, namespace, kubeconfig, context, operatorNamespace })
}

function podName(operands: readonly string[]): string {
  const [first = '', ...more] = operands
  const name = /^(?:pods?|po)\/([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)$/.exec(first)?.[1]
  if (name === undefined || more.length > 0) {
    throw usageError('it takes one pod, as pod/NAME; or files, with --labels for the pod that they are asked about')
  }
  return name
}

function askFiles(operands: readonly string[], values: Values<typeof OPTIONS>): Explained {
  const { namespace = 'default', kubeconfig, context } = values
  if (kubeconfig !== undefined || context !== undefined) throw usageError('--labels asks files, and no cluster')
  return explainFiles({
    policies: policiesInFiles(operands, namespace),
    namespace,
    namespaceLabels: labelsOf('--namespace-labels', values['namespace-labels'] ?? '-'),
    labels: labelsOf('--labels', values.labels ?? '-'),
    annotations: values.annotations === undefined ? undefined : labelsOf('--annotations', values.annotations),
    operatorNamespace: values['operator-namespace'] ?? OPERATOR_NAMESPACE,
  })
}
