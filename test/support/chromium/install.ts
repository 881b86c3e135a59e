/** Finds Chromium, or installs Debian's where this user may: a browser that lies about no header. */

import { existsSync } from 'node:fs'
import { aptInstall } from '../apt-install.ts'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export type Chromium = { readonly path: string } | { readonly reason: string }

export async function installChromium(): Promise<Chromium> {
  if (find() === undefined) await aptInstall('chromium')
  const path = find()
  return path === undefined ? { reason: 'no Chromium: it needs Debian’s package chromium' } : { path }
}

function find(): string | undefined {
  return PLACES.find((path) => existsSync(path))
}
