/** `m2m check`. */

import { OPERATOR_NAMESPACE } from '../../core/policy/documents.ts'
import type { Finding, State } from '../check/finding.ts'
import { defineCommand } from '../command.ts'
import { print, printJson } from '../output.ts'
import { usageError } from '../usage.ts'

export const check = defineCommand({
  operands: '',
  about: [
    'Says whether M2M works in a cluster, a line for each thing that it needs: the',
    'definition of policies, operator and injector and who of them leads, certificates, a pod',
    'that is made for trial and not kept, policies and their bundles, pods that ask for a',
    'sidecar and have none, sidecars that do not run. It changes nothing, and says what it may',
    'not see.',
    'Exit code 1 when something has failed.',
  ].join('\n'),
  options: {
    cluster: { type: 'boolean', about: 'check a cluster' },
    namespace: {
      type: 'string',
      short: 'n',
      value: 'NAME',
      about: 'look at its pods alone, and make the pod for trial there',
      otherwise: "all, and the context's",
    },
    'operator-namespace': {
      type: 'string',
      value: 'NAME',
      about: 'where operator and injector are',
      otherwise: OPERATOR_NAMESPACE,
    },
    kubeconfig: { type: 'string', value: 'FILE', about: 'the kubeconfig', otherwise: 'as kubectl finds it' },
    context: { type: 'string', value: 'NAME', about: 'its context', otherwise: 'the current one' },
    json: { type: 'boolean', about: 'print the findings for a program to read' },
  },
  examples: ['m2m check --cluster', 'm2m check --cluster -n shop', 'm2m check --cluster --json'],
  async run({ values }) {
    if (!values.cluster) throw usageError('it checks a cluster, with --cluster; m2m policy check checks files')
    const { namespace, kubeconfig, context, 'operator-namespace': operatorNamespace, json } = values
    // The client of the API server takes a second to load from source.
    const { checkCluster } = await import('../check/check-cluster.ts')
    const findings: Finding[] = []
    for await (const finding of checkCluster({ namespace, operatorNamespace, kubeconfig, context })) {
      findings.push(finding)
      if (!json) print(lineOf(finding))
    }
    if (json) printJson(findings)
    return findings.some(({ state }) => state === 'failed') ? 1 : 0
  },
})

const WORDS: Readonly<Record<State, string>> = { ok: 'ok', warning: 'warning', failed: 'FAILED', unknown: 'not seen' }

function lineOf({ check, state, message, advice }: Finding): string {
  const line = `${WORDS[state].padEnd(8)}  ${check.padEnd(14)}  ${message}`
  return advice === undefined ? line : `${line}\n${' '.repeat(26)}-> ${advice}`
}
