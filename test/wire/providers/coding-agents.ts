/** Claude Code and Codex as child processes: one prompt each, without an account, and without a way out of the machine. */

import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type InstalledClients, installClients } from '../../support/clients/install.ts'
import { type ClientSettings, ORDERS, QUESTION } from './calls.ts'

const run = promisify(execFile)

export interface CodingAgent {
  /** The name of the line in docs/providers.md. */
  readonly name: string
  /** The tool with which it runs a command. */
  readonly tool: { readonly name: string; readonly input: object }
  /** Requests of a run that the sidecar refuses: status and path. */
  readonly refused: readonly string[]
  install(): Promise<InstalledClients | string>
  /**
   * Asks the agent a question in a folder whose program `kubectl` prints the orders.
   *
   * @param home a folder for its settings
   * @returns what it prints
   */
  ask(clients: InstalledClients, settings: ClientSettings, home: string): Promise<string>
}

/** Far above what a run takes; below the time after which a test counts as hanging. */
const MAX_MS = 60_000

/** Nobody listens there: what is not meant for the sidecar fails at once. */
const NO_WAY_OUT = {
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '127.0.0.1,localhost',
}

/** A client of an API: what shows a file keeps its text, which a later edit may quote. */
const COMMAND = './kubectl get orders'

const claudeCode: CodingAgent = {
  name: 'Claude Code',
  tool: { name: 'Bash', input: { command: COMMAND, description: 'List orders' } },
  refused: [],
  install: () => installClients('claude-code'),
  async ask(clients, { env }, home) {
    const program = clients.pathOf(`@anthropic-ai/claude-code-${process.platform}-${process.arch}/claude`)
    const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' }
    const own = { ...quiet, ...env, ANTHROPIC_API_KEY: 'sk-ant-test', CLAUDE_CONFIG_DIR: join(home, '.claude') }
    return ask(program, ['-p', QUESTION, '--model', 'claude-sonnet-5', '--allowedTools', 'Bash'], home, own)
  },
}

const codex: CodingAgent = {
  name: 'Codex',
  tool: { name: 'exec_command', input: { cmd: COMMAND } },
  // A WebSocket is tried once; then it posts.
  refused: ['426 /v1/responses'],
  install: () => installClients('codex'),
  async ask(clients, { options }, home) {
    const settings = { model: 'gpt-5', ...options }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    await writeFile(join(home, 'config.toml'), lines.join('\n'))
    const args = ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', QUESTION]
    const own = { CODEX_HOME: home, CODEX_API_KEY: 'sk-test' }
    return ask(process.execPath, [clients.pathOf('@openai/codex/bin/codex.js'), ...args], home, own)
  },
}

export const CODING_AGENTS: readonly CodingAgent[] = [claudeCode, codex]

async function ask(program: string, args: readonly string[], home: string, own: NodeJS.ProcessEnv): Promise<string> {
  const cwd = join(home, 'work')
  await mkdir(cwd, { recursive: true })
  await writeFile(join(cwd, 'kubectl'), `#!/bin/sh\ncat <<'END'\n${ORDERS}\nEND\n`, { mode: 0o755 })
  const env = { PATH: process.env['PATH'], HOME: home, ...NO_WAY_OUT, ...own }
  const running = run(program, [...args], { cwd, env, timeout: MAX_MS })
  running.child.stdin?.end()
  return (await running).stdout.trim()
}
