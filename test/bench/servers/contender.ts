/** A process under measurement: started on its own core where the system can pin, read through /proc. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { availableParallelism } from 'node:os'
import { type Memory, memoryOf } from '../memory/smaps.ts'
import { countInstructions } from './instructions.ts'

export interface Contender {
  readonly name: string
  readonly port: number
  readonly pid: number | undefined
  /** Header lines that its requests need. */
  readonly headers?: readonly string[]
  /** From spawn until the port answered, in milliseconds. */
  readonly startMs: number
  /** User and system time so far, in microseconds. */
  cpuMicros(): number
  /** Counts from now on; the returned function ends it. Undefined where nothing can count. */
  countInstructions(): () => Promise<number | undefined>
  memory(): Memory
  /** Resident memory in MB. */
  residentMb(): number
  stop(): Promise<void>
}

const CLOCK_TICK_MICROS = 10_000
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** Pins the calling process and what it starts later to `core`, where the system can. */
export function pinSelf(core: number): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)])
}

export interface Launch {
  readonly core: number
  /** Where it will listen. */
  readonly port: number
  readonly command: readonly string[]
  /** Beside that of this process. */
  readonly env?: NodeJS.ProcessEnv
  /** Its messages are not shown. */
  readonly isQuiet?: boolean
}

/** Starts a program on its core, where the system can pin. */
export function launch({ core, command, env = {}, isQuiet = false }: Launch): ChildProcess {
  const [program = '', ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command
  return spawn(program, args, {
    stdio: ['ignore', 'ignore', isQuiet ? 'ignore' : 'inherit'],
    env: { ...process.env, ...env },
  })
}

/** @throws Error when nothing listens on its port within 20 seconds */
export async function startContender(name: string, how: Launch): Promise<Contender> {
  const { port } = how
  const begun = performance.now()
  const child = launch(how)
  await untilListening(name, child, port)
  return {
    name,
    port,
    pid: child.pid,
    startMs: performance.now() - begun,
    cpuMicros: () => cpuMicros(child.pid),
    countInstructions: () => countInstructions(child.pid),
    memory: () => memoryOf(child.pid ?? 0),
    residentMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: () => stop(child),
  }
}

/** A port of 127.0.0.1 that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

/** User and system time of a process so far, in microseconds. */
export function cpuMicros(pid: number | undefined): number {
  // Fields 14 and 15, counted after the parenthesised command name (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MICROS
}

async function untilListening(name: string, child: ChildProcess, port: number): Promise<void> {
  for (const giveUp = performance.now() + 20_000; performance.now() < giveUp; ) {
    if (child.exitCode !== null) throw new Error(`${name} exited with ${child.exitCode} before it listened`)
    if (await answers(port)) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`${name} did not listen on port ${port} within 20 s`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Asks it to end, and waits. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}
