/** Preloaded into a process: at its end it tells what it has loaded, as one line of JSON on standard error. */

import { writeSync } from 'node:fs'
import { registerHooks } from 'node:module'

const files: string[] = []

registerHooks({
  load(url, context, nextLoad) {
    if (url.startsWith('file:')) files.push(url)
    return nextLoad(url, context)
  },
})
process.once('exit', () => {
  // Node.js's types leave it out.
  const { moduleLoadList: builtIn } = process as unknown as { moduleLoadList: string[] }
  writeSync(2, `${JSON.stringify({ files, builtIn })}\n`)
})
