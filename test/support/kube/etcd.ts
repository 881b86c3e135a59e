/** One etcd without a peer. It does not wait for the disk: its data is a test's. */

import { join } from 'node:path'
import { request } from 'undici'
import { startProgram } from '../program.ts'
import { untilReady } from '../until-ready.ts'
import { freePort } from './free-port.ts'

export interface Etcd {
  readonly url: string
  /** Forgets all but the newest revision: a watch that begins at an older one gets 410 from a server that has no cache of it. */
  compact(): Promise<void>
  freeze(): void
  thaw(): void
  kill(): Promise<void>
}

export async function startEtcd(path: string, folder: string): Promise<Etcd> {
  const url = `http://127.0.0.1:${await freePort()}`
  const peer = `http://127.0.0.1:${await freePort()}`
  const flags = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'log-level': 'warn',
  }
  const args = [...Object.entries(flags).map(([name, value]) => `--${name}=${value}`), '--unsafe-no-fsync']
  const program = startProgram(path, args, { folder, log: join(folder, 'etcd.log') })
  await untilReady('etcd', program, async () => {
    const { statusCode, body } = await request(`${url}/health`, { headersTimeout: 5000 })
    await body.dump()
    return statusCode === 200
  })
  return {
    url,
    compact: async () => {
      // The key is one zero byte: any would do, the answer's header has the revision.
      const { header } = (await post(`${url}/v3/kv/range`, { key: 'AA==' })) as { header: { revision: string } }
      await post(`${url}/v3/kv/compaction`, { revision: header.revision, physical: true })
    },
    freeze: () => program.signal('SIGSTOP'),
    thaw: () => program.signal('SIGCONT'),
    kill: () => program.kill(),
  }
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await request(url, { method: 'POST', body: JSON.stringify(body) })
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${await response.body.text()}`)
  return response.body.json()
}
