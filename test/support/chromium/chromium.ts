/** A Chromium without a window, which opens one page. It reaches nothing but loopback. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { within } from '../within.ts'
import { installChromium } from './install.ts'

export interface Browser {
  /** Opens a page, waits for `done`, and closes the browser. */
  visit<T>(url: string, done: Promise<T>): Promise<T>
  /** The document as it stands once its scripts have settled. */
  documentOf(url: string): Promise<string>
}

/** Names that belong to nobody (RFC 6761): a DNS server could point them anywhere, and this one points here. */
export const REBOUND = 'evil.test'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--no-proxy-server',
  `--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`,
]

/** A bound, not a measurement. */
const MAX_MS = 60_000

/** @returns the reason where there is none */
export async function startBrowser(): Promise<Browser | string> {
  const chromium = await installChromium()
  if ('reason' in chromium) return chromium.reason
  return {
    visit: (url, done) => withChromium(chromium.path, [url], () => within('the page', done, MAX_MS)),
    documentOf: (url) =>
      withChromium(chromium.path, ['--dump-dom', '--virtual-time-budget=5000', url], (child) => {
        return within('the document', textOf(child), MAX_MS)
      }),
  }
}

async function withChromium<T>(path: string, args: string[], use: (child: ChildProcess) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(join(tmpdir(), 'm2m-chromium-'))
  const child = spawn(path, [...FLAGS, `--user-data-dir=${profile}`, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  try {
    return await use(child)
  } finally {
    // Its helpers are of its group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await gone
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function textOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.setEncoding('utf8')
  for await (const chunk of child.stdout ?? []) text += chunk
  return text
}
