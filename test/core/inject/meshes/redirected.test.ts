/**
 * Why a pod of a mesh is probed by a command: in a network of its own, with the rules that Istio and Linkerd put into a
 * pod, and before the mesh's proxy runs, the kubelet's question never reaches the sidecar. By loopback it does.
 */

import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { execProbe } from '../../../../src/core/inject/meshes/index.ts'

/** As istio/istio tools/istio-iptables at 86c9f01, `-b * -i * -u 1337 -m REDIRECT`, without HBONE's port. */
const ISTIO = [
  '-N ISTIO_INBOUND',
  '-N ISTIO_REDIRECT',
  '-N ISTIO_IN_REDIRECT',
  '-N ISTIO_OUTPUT',
  '-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001',
  '-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006',
  '-A PREROUTING -p tcp -j ISTIO_INBOUND',
  '-A ISTIO_INBOUND -p tcp -m multiport --dports 15090,15021,15020 -j RETURN',
  '-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT',
  '-A OUTPUT -p tcp -j ISTIO_OUTPUT',
  '-A ISTIO_OUTPUT -o lo -m owner ! --uid-owner 1337 -j RETURN',
  '-A ISTIO_OUTPUT -m owner --uid-owner 1337 -j RETURN',
  '-A ISTIO_OUTPUT -d 127.0.0.1/32 -j RETURN',
  '-A ISTIO_OUTPUT -p tcp -j ISTIO_REDIRECT',
]

/** As linkerd/linkerd2-proxy-init pkg/iptables at 183e791. */
const LINKERD = [
  '-N PROXY_INIT_REDIRECT',
  '-A PROXY_INIT_REDIRECT -p tcp -m multiport --dports 4190,4191,4567,4568 -j RETURN',
  '-A PROXY_INIT_REDIRECT -p tcp -j REDIRECT --to-port 4143',
  '-A PREROUTING -j PROXY_INIT_REDIRECT',
  '-N PROXY_INIT_OUTPUT',
  '-A PROXY_INIT_OUTPUT -m owner --uid-owner 2102 -j RETURN',
  '-A PROXY_INIT_OUTPUT -o lo -j RETURN',
  '-A PROXY_INIT_OUTPUT -p tcp -j REDIRECT --to-port 4140',
  '-A OUTPUT -j PROXY_INIT_OUTPUT',
]

test.for([
  ['Istio', ISTIO],
  ['Linkerd', LINKERD],
] as const)(
  'before the proxy of %s runs, the kubelet reaches the sidecar by a command alone',
  async ([, rules], { skip }) => {
    const pod = createPodNetwork()
    if (pod === undefined) return skip('this user may not make networks, or there is no iptables')
    try {
      const sidecar = await pod.serve(4142)
      expect(await reach(pod.address, 4142)).toBe('connected')
      for (const rule of rules) pod.run('iptables', ['-w', '-t', 'nat', ...rule.split(' ')])

      expect(await reach(pod.address, 4142)).toBe('ECONNREFUSED')
      const [, ...args] = execProbe(4142, '/startupz').command
      expect(await pod.exitCode(process.execPath, args)).toBe(0)

      sidecar.kill('SIGKILL')
      await once(sidecar, 'close')
      expect(await pod.exitCode(process.execPath, args)).toBe(1)
    } finally {
      pod.remove()
    }
  },
)

interface PodNetwork {
  readonly address: string
  run(file: string, args: readonly string[]): void
  exitCode(file: string, args: readonly string[]): Promise<number>
  serve(port: number): Promise<ReturnType<typeof spawn>>
  remove(): void
}

/** Undefined where this user may not make networks. */
function createPodNetwork(): PodNetwork | undefined {
  const id = randomBytes(3).toString('hex')
  const [name, host, pod] = [`m2m-${id}`, `m2mh${id}`, `m2mp${id}`]
  const at = `10.231.${Number.parseInt(id.slice(0, 2), 16)}`
  const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' })
  const inside = (file: string, args: readonly string[]): string[] => ['netns', 'exec', name, file, ...args]
  const servers: ReturnType<typeof spawn>[] = []
  const remove = (): void => {
    for (const server of servers) server.kill('SIGKILL')
    // The pair of interfaces goes with the namespace.
    ip('netns', 'del', name)
  }
  try {
    ip('netns', 'add', name)
  } catch {
    return undefined
  }
  try {
    ip(...inside('iptables', ['-w', '-t', 'nat', '-L', '-n']))
  } catch {
    remove()
    return undefined
  }
  ip('link', 'add', host, 'type', 'veth', 'peer', 'name', pod)
  ip('link', 'set', pod, 'netns', name)
  ip('address', 'add', `${at}.1/30`, 'dev', host)
  ip('link', 'set', host, 'up')
  for (const args of [
    ['address', 'add', `${at}.2/30`, 'dev', pod],
    ['link', 'set', pod, 'up'],
    ['link', 'set', 'lo', 'up'],
  ]) {
    ip('-n', name, ...args)
  }
  return {
    address: `${at}.2`,
    run: (file, args) => ip(...inside(file, args)),
    exitCode: (file, args) =>
      new Promise((done) => {
        execFile('ip', inside(file, args), (error) => done(error === null ? 0 : Number(error.code)))
      }),
    async serve(port) {
      const script = `require('http').createServer((q,s)=>s.end()).listen(${port},'0.0.0.0',()=>console.log('listening'))`
      // `ip netns exec` becomes the program: its process is the server's.
      const server = spawn('ip', inside(process.execPath, ['-e', script]), { stdio: ['ignore', 'pipe', 'inherit'] })
      servers.push(server)
      await once(createInterface(server.stdout), 'line')
      return server
    },
    remove,
  }
}

function reach(host: string, port: number): Promise<string> {
  return new Promise((done) => {
    const socket = connect({ host, port, timeout: 10_000 })
    socket.on('connect', () => {
      socket.destroy()
      done('connected')
    })
    socket.on('timeout', () => socket.destroy(new Error('no answer')))
    socket.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
  })
}
