/**
 * What `helm test` runs: asks the API server for a pod with the annotation, by a dry run, and looks for the sidecar in it.
 * Its settings come from the pod of the test.
 */

import { readFileSync } from 'node:fs'

const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port } = process.env
const { NAMESPACE, TOKEN_FILE, PATIENCE_SECONDS } = process.env

/** Replicas that have just become ready are told to the API server a moment later. */
const untilMs = performance.now() + Number(PATIENCE_SECONDS) * 1000

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'm2m-test-', annotations: { 'm2m.io/inject': 'true' } },
  spec: {
    // In a restricted namespace too.
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: 'app',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
}

for (;;) {
  const answer = await ask().catch((error) => `${error.message}: ${error.cause?.message ?? ''}`)
  console.log(answer)
  if (answer.startsWith('ok:')) break
  if (performance.now() > untilMs) process.exit(1)
  await new Promise((resolve) => setTimeout(resolve, 2000))
}

async function ask() {
  const address = host.includes(':') ? `[${host}]` : host
  const response = await fetch(`https://${address}:${port}/api/v1/namespaces/${NAMESPACE}/pods?dryRun=All`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${readFileSync(TOKEN_FILE, 'utf8').trim()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(pod),
    signal: AbortSignal.timeout(15_000),
  })
  const { message, spec } = await response.json()
  if (!response.ok) return `the pod was refused (${response.status}): ${message}`
  const sidecar = [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'm2m-proxy')
  if (sidecar === undefined)
    return `a pod in ${NAMESPACE} with m2m.io/inject: "true" gets no sidecar: does the injector run?`
  return `ok: a pod in ${NAMESPACE} with m2m.io/inject: "true" gets the sidecar ${sidecar.image}`
}
