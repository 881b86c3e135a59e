/** LiteLLM's own compression guardrail, in a Python process. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installLitellm } from './install.ts'

export interface GuardrailCall {
  readonly api: 'openai' | 'anthropic'
  /** Of the guardrail, as in LiteLLM's configuration. */
  readonly params: { readonly api_base: string; readonly unreachable_fallback?: 'fail_open' | 'fail_closed' }
  /** The request of LiteLLM's caller. */
  readonly body: object
}

/** What LiteLLM forwards, and its log entry of the guardrail; or the status of its error. */
export interface Guarded {
  readonly body?: Readonly<Record<string, unknown>>
  readonly log?: { readonly guardrail_status: string; readonly guardrail_response: Readonly<Record<string, unknown>> }
  readonly status?: number
}

export interface Litellm {
  /** One call at a time. */
  guard(call: GuardrailCall): Promise<Guarded>
  close(): void
}

/** @returns the reason, where LiteLLM cannot be installed */
export async function startLitellm(): Promise<Litellm | string> {
  const installed = await installLitellm()
  if ('reason' in installed) return installed.reason
  const process = spawn('python3', [join(import.meta.dirname, 'guardrail.py')], { env: installed.env })
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]()
  const errorText = tailOf(process)
  return {
    async guard(call) {
      process.stdin.write(`${JSON.stringify(call)}\n`)
      const { value } = await lines.next()
      if (value === undefined) throw new Error(`the guardrail's process ended: ${errorText()}`)
      return JSON.parse(value)
    },
    close: () => void process.kill(),
  }
}

function tailOf(process: ChildProcessWithoutNullStreams): () => string {
  let tail = ''
  process.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2000)
  })
  return () => tail
}
