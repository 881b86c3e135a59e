/** API servers on one etcd. Each keeps its port, so that one that was killed comes back under the same address. */

import { generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import type { Authority } from '../certificates.ts'
import { type Program, startProgram } from '../program.ts'
import { untilReady } from '../until-ready.ts'
import { freePort } from './free-port.ts'

export interface ApiServer {
  readonly url: string
  /** Starts it, or starts it again; waits until it is ready. */
  start(): Promise<void>
  /** SIGKILL: no goodbye to anyone. */
  kill(): Promise<void>
  freeze(): void
  thaw(): void
  /** The requests that it has answered (`audit.k8s.io/v1`), oldest first. A line is written after its answer: poll. */
  audited(): Promise<AuditEvent[]>
}

export interface AuditEvent {
  readonly verb: string
  readonly requestURI: string
  readonly userAgent?: string
  readonly user: { readonly username: string }
  readonly objectRef?: {
    readonly resource: string
    readonly apiGroup?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly responseStatus?: { readonly code: number }
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string
  readonly stageTimestamp: string
}

interface Place {
  readonly path: string
  readonly folder: string
  readonly authority: Authority
  readonly etcdUrl: string
  /** Where there are real nodes: their pods reach it by this address, and it reaches them. */
  readonly podsReach?: string | undefined
}

/** Writes what all of them share; returns what makes one. */
export async function prepareApiServers(place: Place): Promise<() => Promise<ApiServer>> {
  const { folder, authority } = place
  const server = await authority.issue({
    subject: 'CN=kube-apiserver',
    names: ['127.0.0.1', '10.96.0.1', 'localhost', 'kubernetes.default.svc', ...[place.podsReach ?? []].flat()],
  })
  const accounts = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const files = {
    'ca.crt': authority.cert,
    'server.crt': server.cert,
    'server.key': server.key,
    'accounts.pub': accounts.publicKey,
    'accounts.key': accounts.privateKey,
    'audit.json': JSON.stringify({
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived', 'ResponseStarted'],
      rules: [{ level: 'None', users: ['system:apiserver'] }, { level: 'Metadata' }],
    }),
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
  return async () => createApiServer(place, await freePort())
}

function createApiServer({ path, folder, authority, etcdUrl, podsReach }: Place, port: number): ApiServer {
  const url = `https://127.0.0.1:${port}`
  const audit = join(folder, `audit-${port}.log`)
  const args = [...flagsOf({ folder, port, etcdUrl, audit }), ...nodeFlags(podsReach)]
  let program: Program | undefined
  return {
    url,
    start: async () => {
      program = startProgram(path, args, { folder, log: join(folder, `apiserver-${port}.log`) })
      const dispatcher = new Agent({ connect: { ca: authority.cert } })
      try {
        await untilReady('kube-apiserver', program, async () => {
          const { statusCode, body } = await request(`${url}/readyz`, { dispatcher, headersTimeout: 5000 })
          await body.dump()
          return statusCode === 200
        })
      } finally {
        await dispatcher.destroy()
      }
    },
    kill: async () => program?.kill(),
    freeze: () => program?.signal('SIGSTOP'),
    thaw: () => program?.signal('SIGCONT'),
    audited: async () => {
      const lines = (await readFile(audit, 'utf8')).split('\n')
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent)
    },
  }
}

function flagsOf({
  folder,
  port,
  etcdUrl,
  audit,
}: {
  folder: string
  port: number
  etcdUrl: string
  audit: string
}): string[] {
  const flags = {
    'etcd-servers': etcdUrl,
    'secure-port': port,
    'client-ca-file': join(folder, 'ca.crt'),
    'tls-cert-file': join(folder, 'server.crt'),
    'tls-private-key-file': join(folder, 'server.key'),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': join(folder, 'accounts.pub'),
    'service-account-signing-key-file': join(folder, 'accounts.key'),
    'service-cluster-ip-range': '10.96.0.0/16',
    'authorization-mode': 'Node,RBAC',
    'audit-policy-file': join(folder, 'audit.json'),
    'audit-log-path': audit,
    // A test may ask faster than any fair share: it gets 429 from a proxy, when it wants it.
    'enable-priority-and-fairness': false,
  }
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
}

/** Without pods nobody asks for the Service `kubernetes`, and loopback is enough. */
function nodeFlags(podsReach: string | undefined): string[] {
  if (podsReach === undefined) {
    return ['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', '--endpoint-reconciler-type=none']
  }
  return [
    '--bind-address=0.0.0.0',
    `--advertise-address=${podsReach}`,
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP',
    // Webhooks of a Service: it calls the pods themselves, for it knows no addresses of Services.
    '--enable-aggregator-routing=true',
  ]
}
