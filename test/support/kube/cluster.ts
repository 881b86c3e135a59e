/** What a test knows of an API server: where it is, whom it trusts, and how to speak to it as anybody. */

import { randomBytes } from 'node:crypto'
import { KubeConfig } from '@kubernetes/client-node'
import { type Authority, authorityOf, type Certificate } from '../certificates.ts'
import { type AdminApi, createAdminApi } from './admin-api.ts'

/** As it goes from the process that started it to those of the tests. */
export interface ClusterAddress {
  readonly url: string
  /** Signs servers and clients. */
  readonly authority: Certificate
}

export interface KubeUser {
  readonly name: string
  readonly certificate?: Certificate
  readonly token?: string
}

export interface Cluster {
  readonly url: string
  readonly authority: Authority
  /** A member of `system:masters`. */
  readonly admin: KubeUser
  /** Raw calls as the administrator. */
  readonly api: AdminApi
  /** Raw calls as somebody else. */
  as(user: KubeUser): AdminApi
  /** The same cluster by another server: a second API server, a proxy. */
  at(url: string): Promise<Cluster>
  /** Lets a user do what the rules of a Role say, in one namespace or, without one, in all. */
  grant(namespace: string | undefined, user: KubeUser, rules: readonly object[]): Promise<void>
  /** A user by certificate; nothing is permitted to it before a Role says so. */
  user(name: string, ...groups: string[]): Promise<KubeUser>
  /** One that is there already, such as a chart's, with a token for an hour. */
  existingAccount(namespace: string, name: string): Promise<KubeUser>
  /** A new service account, with a token for an hour. */
  serviceAccount(namespace: string, name: string): Promise<KubeUser>
  /** A kubeconfig file's text, for programs. */
  kubeconfig(options?: KubeconfigOptions): string
  /** The same for client-node. */
  kubeConfig(options?: KubeconfigOptions): KubeConfig
  close(): Promise<void>
}

export interface KubeconfigOptions {
  /** The administrator when absent. */
  readonly user?: KubeUser
  /** Another server with a certificate of the same authority: a second API server, a proxy. */
  readonly url?: string
  readonly namespace?: string
  /** Authorities in a file, as a pod has them; the cluster's own, inside the kubeconfig, when absent. */
  readonly caFile?: string
}

export async function connectCluster(address: ClusterAddress): Promise<Cluster> {
  const authority = await authorityOf(address.authority)
  const user = async (name: string, ...groups: string[]): Promise<KubeUser> => {
    const subject = [`CN=${name}`, ...groups.map((group) => `O=${group}`)].join(', ')
    return { name, certificate: await authority.issue({ subject, names: [] }) }
  }
  const admin = await user('admin', 'system:masters')
  const apis: AdminApi[] = []
  const as = ({ certificate, token }: KubeUser): AdminApi => {
    const own = createAdminApi({ url: address.url, ca: authority.cert, certificate, token })
    apis.push(own)
    return own
  }
  const api = as(admin)
  const existingAccount = async (namespace: string, name: string): Promise<KubeUser> => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
    const { status } = await api.create<{ status: { token: string } }>(path, request)
    return { name: `system:serviceaccount:${namespace}:${name}`, token: status.token }
  }
  const kubeconfig = ({
    user: who = admin,
    url = address.url,
    namespace = 'default',
    caFile,
  }: KubeconfigOptions = {}): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: url, ...trustOf(authority, caFile) } }],
      users: [{ name: who.name, user: credentialsOf(who) }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: who.name, namespace } }],
      'current-context': 'test',
    })
  return {
    url: address.url,
    authority,
    admin,
    api,
    as,
    at: (url) => connectCluster({ ...address, url }),
    grant: (namespace, to, rules) => grant(api, { namespace, user: to, rules }),
    user,
    existingAccount,
    serviceAccount: async (namespace, name) => {
      await api.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name } })
      return existingAccount(namespace, name)
    },
    kubeconfig,
    kubeConfig: (options) => {
      const config = new KubeConfig()
      config.loadFromString(kubeconfig(options))
      return config
    },
    close: async () => {
      await Promise.all(apis.map((one) => one.close()))
    },
  }
}

async function grant(
  api: AdminApi,
  { namespace, user, rules }: { namespace: string | undefined; user: KubeUser; rules: readonly object[] },
): Promise<void> {
  const prefix = namespace === undefined ? 'Cluster' : ''
  const root = `/apis/rbac.authorization.k8s.io/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}`
  const name = `test-${randomBytes(4).toString('hex')}`
  await api.create(`${root}${prefix.toLowerCase()}roles`, { metadata: { name }, rules })
  await api.create(`${root}${prefix.toLowerCase()}rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user.name }],
  })
}

function trustOf(authority: Authority, caFile: string | undefined): object {
  if (caFile !== undefined) return { 'certificate-authority': caFile }
  return { 'certificate-authority-data': base64(authority.cert) }
}

function credentialsOf({ certificate, token }: KubeUser): object {
  if (token !== undefined) return { token }
  if (certificate === undefined) return {}
  return {
    'client-certificate-data': base64(certificate.cert),
    'client-key-data': base64(certificate.key),
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
