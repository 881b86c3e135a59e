/** The operator, or the injector, as a process of its own, as a container runs it. */

import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, startProgram } from '../program.ts'
import { freePort } from './free-port.ts'

export interface OperatorProcess extends Program {
  readonly url: string
  /** What it has logged so far. */
  lines(): Promise<readonly Readonly<Record<string, unknown>>[]>
  text(): Promise<string>
  /** Ends it, if it runs, and removes its files. */
  remove(): Promise<void>
}

const SOURCE = [join(import.meta.dirname, '../../../operator/main.ts')]

/** As the image runs it; `make build` makes it. */
export function bundledOperator(): readonly string[] {
  const [, entry = '[]'] = /^ENTRYPOINT (.*)$/m.exec(readFileSync('Dockerfile.operator', 'utf8')) ?? []
  return (JSON.parse(entry) as string[]).slice(1)
}

interface ProcessOptions {
  /** Of its own settings: `M2M_OPERATOR`. */
  readonly prefix: string
  /** Beside those that it needs. */
  readonly env: Readonly<Record<string, string>>
  /** Of Node.js. */
  readonly args: readonly string[]
}

/** @param env beside that of this process @param args of Node.js */
export function startOperatorProcess(
  kubeconfig: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = SOURCE,
): Promise<OperatorProcess> {
  return startKubeProcess(kubeconfig, { prefix: 'M2M_OPERATOR', env, args })
}

/** The other program of the image. @param args of Node.js, without its word */
export function startInjectorProcess(
  kubeconfig: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = SOURCE,
): Promise<OperatorProcess> {
  return startKubeProcess(kubeconfig, { prefix: 'M2M_INJECTOR', env, args: [...args, 'injector'] })
}

async function startKubeProcess(kubeconfig: string, { prefix, env, args }: ProcessOptions): Promise<OperatorProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-operator-'))
  const [file, log] = [join(folder, 'kubeconfig'), join(folder, 'log')]
  await writeFile(file, kubeconfig)
  const port = await freePort()
  const variables = {
    ...env,
    [`${prefix}_KUBECONFIG`]: file,
    [`${prefix}_HOST`]: '127.0.0.1',
    [`${prefix}_PORT`]: String(port),
  }
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  // `env` becomes the program: signals reach it.
  const program = startProgram('/usr/bin/env', [...assignments, process.execPath, ...args], { log })
  const text = (): Promise<string> => readFile(log, 'utf8')
  return {
    ...program,
    get hasExited() {
      return program.hasExited
    },
    url: `http://127.0.0.1:${port}`,
    text,
    lines: async () =>
      (await text())
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    remove: async () => {
      await program.kill()
      await rm(folder, { recursive: true })
    },
  }
}
