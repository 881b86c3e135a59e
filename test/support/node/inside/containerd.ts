/** containerd with runc and CNI's bridge, and the images that it has from the start. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProgram } from '../../program.ts'
import { untilReady } from '../../until-ready.ts'
import { PAUSE_IMAGE } from '../images/pause.ts'
import { nodeFolder, type Order } from '../order.ts'
import { pluginFolder } from '../requirements.ts'
import { BRIDGE } from './network.ts'
import { runProgram } from './run-program.ts'

export async function startContainerd(folder: string, { images }: Order): Promise<void> {
  const { containers: socket } = nodeFolder(folder)
  const home = join(folder, 'containerd')
  const cni = join(home, 'cni')
  await mkdir(cni, { recursive: true })
  await writeFile(join(cni, '10-bridge.conflist'), JSON.stringify(networkOf(home)))
  const config = join(home, 'config.toml')
  await writeFile(config, configOf({ home, socket, cni }))
  const path = `/usr/sbin:/sbin:${process.env['PATH']}`
  const program = startProgram('/usr/bin/env', [`PATH=${path}`, 'containerd', '--config', config], {
    log: join(folder, 'containerd.log'),
  })
  await untilReady('containerd', program, async () => {
    await runProgram('ctr', ['--address', socket, 'version'])
    return true
  })
  for (const archive of images) {
    await runProgram('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', archive])
  }
}

function configOf({ home, socket, cni }: { home: string; socket: string; cni: string }): string {
  const text = JSON.stringify
  return `version = 2
root = ${text(join(home, 'root'))}
state = ${text(join(home, 'state'))}
[grpc]
  address = ${text(socket)}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(PAUSE_IMAGE)}
  disable_apparmor = true
  # Inside a container nobody may make a process less likely to be killed than it was.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(pluginFolder())}
    conf_dir = ${text(cni)}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
[plugins."io.containerd.internal.v1.opt"]
  path = ${text(join(home, 'opt'))}
`
}

function networkOf(home: string): object {
  const ipam = {
    type: 'host-local',
    dataDir: join(home, 'addresses'),
    ranges: [[{ subnet: '10.200.0.0/24', rangeStart: '10.200.0.10', gateway: '10.200.0.1' }]],
    routes: [{ dst: '0.0.0.0/0' }],
  }
  const bridge = { type: 'bridge', bridge: BRIDGE, isGateway: true, hairpinMode: true, ipMasq: false, ipam }
  return { cniVersion: '1.0.0', name: 'pods', plugins: [bridge] }
}
