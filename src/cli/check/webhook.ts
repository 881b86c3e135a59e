/** The way from the API server to the injector: its configuration, its certificates, and a pod that is made for trial. */

import { X509Certificate } from 'node:crypto'
import { ANNOTATIONS, SIDECAR_NAME } from '../../core/policy/documents.ts'
import { type KubeClient, KubeError } from '../../kube/index.ts'
import { explainKubeError } from '../explain/cluster.ts'
import { type Finding, findingsOf } from './finding.ts'
import { type Look, look } from './look.ts'

const REGISTRATION = '/apis/admissionregistration.k8s.io/v1'

interface Configuration {
  readonly webhooks?: readonly {
    readonly name: string
    readonly failurePolicy?: string
    readonly clientConfig: { readonly caBundle?: string }
  }[]
}

export interface WebhookFindings {
  readonly findings: readonly Finding[]
  /** The API server injects by itself, and asks nobody. */
  readonly isWithoutServer: boolean
}

/** @param nowMs by our clock */
export async function checkWebhook(client: KubeClient, nowMs: number): Promise<WebhookFindings> {
  const { ok, failed, unknown } = findingsOf('webhook')
  const found = await look<Configuration>(client, `${REGISTRATION}/mutatingwebhookconfigurations/m2m-injector`)
  if (found.state === 'unseen') return { findings: [unknown(found.why)], isWithoutServer: false }
  if (found.state === 'found') return { findings: judgeConfiguration(found.value, nowMs), isWithoutServer: false }
  // `injector.mode: policy`.
  const policy = await look<object>(client, `${REGISTRATION}/mutatingadmissionpolicies/m2m-injector`)
  if (policy.state === 'found') {
    return { findings: [ok('none: the MutatingAdmissionPolicy m2m-injector injects')], isWithoutServer: true }
  }
  const message = 'there is no MutatingWebhookConfiguration m2m-injector: nobody puts sidecars into pods'
  return { findings: [failed(message, 'install the chart m2m with its injector')], isWithoutServer: false }
}

function judgeConfiguration({ webhooks = [] }: Configuration, nowMs: number): Finding[] {
  const { ok, failed } = findingsOf('webhook')
  const [without] = webhooks.filter(({ clientConfig }) => !clientConfig.caBundle)
  if (webhooks.length === 0 || without !== undefined) {
    const message = `${without?.name ?? 'm2m-injector'} has no caBundle, so that no API server trusts the injector`
    return [failed(message, 'the replica of the injector that leads writes it: kubectl logs deployment/m2m-injector')]
  }
  const policies = [...new Set(webhooks.map(({ failurePolicy = 'Fail' }) => failurePolicy))].join(', ')
  const bundles = [...new Set(webhooks.flatMap(({ clientConfig }) => clientConfig.caBundle ?? []))]
  return [
    ok(`m2m-injector has ${webhooks.length} webhooks, failurePolicy ${policies}`),
    checkAuthorities(bundles, nowMs),
  ]
}

const DAY_MS = 86_400_000
/** Our own authority is renewed four months before its end, cert-manager's by default one month: nobody renews it any more. */
const SOON_MS = 14 * DAY_MS

/** @param bundles base64 of PEM, each of which may hold several certificates */
export function checkAuthorities(bundles: readonly string[], nowMs: number): Finding {
  const { ok, warning, failed } = findingsOf('certificates')
  const advice = 'kubectl logs deployment/m2m-injector, or the owner of the certificates, says why none is newer'
  try {
    const certificates = bundles.flatMap(certificatesIn)
    if (certificates.length === 0) return failed('the caBundle holds no certificate', advice)
    const lasting = Math.max(...certificates.map(({ validToDate }) => validToDate.getTime()))
    const until = new Date(lasting).toISOString()
    if (lasting <= nowMs) return failed(`every authority of the caBundle has expired, the last one at ${until}`, advice)
    const message = `${certificates.length === 1 ? 'the authority' : `the last of ${certificates.length} authorities`} expires at ${until}`
    return lasting - nowMs < SOON_MS ? warning(message, advice) : ok(message)
  } catch (error) {
    return failed(`the caBundle cannot be read: ${error instanceof Error ? error.message : String(error)}`, advice)
  }
}

function certificatesIn(bundle: string): X509Certificate[] {
  const pem = Buffer.from(bundle, 'base64').toString()
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

interface Pod {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec?: Readonly<Partial<Record<'containers' | 'initContainers', readonly { readonly name: string }[]>>>
}

/** Asks the API server to make a pod that asks for a sidecar, and to keep nothing of it. */
export async function checkInjection(client: KubeClient, namespace: string): Promise<Finding> {
  const { ok, failed, unknown } = findingsOf('injection')
  const path = `/api/v1/namespaces/${namespace}/pods`
  try {
    const query = { dryRun: 'All' }
    const made = await client.request<Pod>({
      method: 'POST',
      path,
      query,
      body: trialPod(),
      timeoutMs: 30_000,
      maxWaitMs: 0,
    })
    const all = [...(made.spec?.initContainers ?? []), ...(made.spec?.containers ?? [])]
    if (all.some(({ name }) => name === SIDECAR_NAME))
      return ok(`a pod made for trial in ${namespace} gets its sidecar`)
    const status = made.metadata?.annotations?.[ANNOTATIONS.status]
    return failed(
      `a pod made for trial in ${namespace} gets no sidecar${status === undefined ? '' : ` (${status})`}`,
      UNANSWERED,
    )
  } catch (error) {
    if (!(error instanceof KubeError) || error.status === 0) throw explainKubeError(error, 'making a pod for trial')
    const { message } = error
    if (OURS.test(message)) return failed(`a pod made for trial in ${namespace} is refused: ${message}`, UNANSWERED)
    return unknown(`a pod made for trial in ${namespace} is refused, by others than M2M: ${message}`)
  }
}

/** Of the webhook that is not reached under `Fail`, and of the policy that refuses a pod without its sidecar. */
const OURS = /injector\.m2m\.io|m2m-injected/

const UNANSWERED =
  'the API server does not reach the injector, or does not trust it: look at its pods and log, at firewalls on the way from ' +
  'the control plane to port 9443, and at whether this namespace is one of those that are left out'

/** As restricted pod security wants it. */
function trialPod(): object {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 65_532,
    seccompProfile: { type: 'RuntimeDefault' },
  }
  const resources = { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m', memory: '1Mi' } }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'm2m-check-', annotations: { [ANNOTATIONS.inject]: 'true' } },
    spec: { containers: [{ name: 'app', image: 'm2m-check', resources, securityContext }] },
  }
}

/** That no pod which asks for a sidecar runs without one, also while the injector is down. */
export async function checkGuard(client: KubeClient): Promise<Finding> {
  const { ok, warning, unknown } = findingsOf('guard')
  const policy = await look<Guard>(client, `${REGISTRATION}/validatingadmissionpolicies/m2m-injected`)
  const binding = await look<object>(client, `${REGISTRATION}/validatingadmissionpolicybindings/m2m-injected`)
  const unseen = [policy, binding].find((each: Look<unknown>) => each.state === 'unseen')
  if (unseen?.state === 'unseen') return unknown(unseen.why)
  const advice = 'without it pods start without a sidecar while the injector is down; install the chart with it'
  if (policy.state !== 'found') return warning('there is no ValidatingAdmissionPolicy m2m-injected', advice)
  if (binding.state !== 'found') return warning('the ValidatingAdmissionPolicy m2m-injected has no binding', advice)
  const [mistake] = policy.value.status?.typeChecking?.expressionWarnings ?? []
  if (mistake === undefined) return ok('the API server refuses pods that ask for a sidecar and have none')
  return warning(
    `the API server cannot evaluate m2m-injected: ${mistake.warning.split('\n', 1)[0]}`,
    'upgrade the chart',
  )
}

interface Guard {
  readonly status?: {
    readonly typeChecking?: { readonly expressionWarnings?: readonly { readonly warning: string }[] }
  }
}
