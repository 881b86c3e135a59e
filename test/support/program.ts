/** A program that dies with the process that started it, also when that one is killed. */

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'

export interface Program {
  readonly pid: number
  readonly hasExited: boolean
  /** Settles when it has ended, however it ended. */
  readonly exited: Promise<void>
  /** SIGSTOP freezes it, SIGCONT lets it go on. */
  signal(signal: NodeJS.Signals): void
  /** Ends it at once, frozen or not. */
  kill(): Promise<void>
  /** The last lines of its log. */
  lastWords(): string
}

export interface ProgramOptions {
  /** Both of its outputs are appended to this file. */
  readonly log: string
  /** What it gets when this process has died. */
  readonly lastSignal?: 'SIGKILL' | 'SIGTERM'
  /** A folder that goes with it then. */
  readonly folder?: string
}

export function startProgram(path: string, args: readonly string[], options: ProgramOptions): Program {
  const log = openSync(options.log, 'a')
  // A group of its own: Ctrl-C is the test run's, which then ends it in order.
  const child = spawn(path, args, { stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const { pid } = child
  if (pid === undefined) throw new Error(`${path} does not start`)
  let hasExited = false
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve())).then(() => {
    hasExited = true
  })
  const guard = startGuard(pid, options)
  void exited.then(() => guard.kill('SIGKILL'))
  return {
    pid,
    get hasExited() {
      return hasExited
    },
    exited,
    signal: (signal) => void child.kill(signal),
    kill: () => {
      child.kill('SIGKILL')
      return exited
    },
    lastWords: () => readFileSync(options.log, 'utf8').trimEnd().split('\n').slice(-5).join('\n'),
  }
}

/** Its standard input ends when this process does, however that happens. */
function startGuard(pid: number, { lastSignal = 'SIGKILL', folder = '' }: ProgramOptions): ChildProcess {
  const script = `read -r _; kill -${lastSignal.slice('SIG'.length)} "$1"; [ -z "$2" ] || rm -rf -- "$2"`
  const args = ['-c', script, 'guard', String(pid), folder]
  const guard = spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.unref()
  return guard
}
