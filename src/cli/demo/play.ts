/** Sends a session through the sidecar to a mock model and checks the requests that the model received. */

import type { RunningSidecar } from '../../../sidecar/start.ts'
import type { ReportJson } from '../../core/compress/index.ts'
import { dialectByName, type ReadBody, readBody } from '../../core/dialect/index.ts'
import { M2MError } from '../../core/errors.ts'
import type { Mock } from '../../mock/index.ts'
import { countFailedDecodes } from '../../replay/index.ts'
import type { Turn } from './session.ts'

/** One request, as the agent sent it and as the model received it. */
export interface PlayedTurn extends Pick<Turn, 'carries' | 'isStream'> {
  readonly tokensSent: number
  readonly tokensReceived: number
  readonly techniques: ReportJson['techniques']
  readonly toolResults: number
  /** Tool results that the model received with another value. */
  readonly differences: number
}

export interface Stage {
  readonly mock: Mock
  readonly sidecar: RunningSidecar
}

/** @throws M2MError INTERNAL when a call fails on the way */
export async function playTurn({ mock, sidecar }: Stage, turn: Turn): Promise<PlayedTurn> {
  mock.enqueue({ answer: turn.answer })
  await post(`${sidecar.dataUrl}/v1/chat/completions`, turn.body)
  const original = readChat(turn.body)
  const received = readChat(mock.requests.at(-1)?.body ?? Buffer.alloc(0))
  if (original === undefined || received === undefined) throw failed('the model received no request that it can read')
  const { report } = (await (await post(`${sidecar.dataUrl}/v1/compress`, turn.body)).json()) as { report: ReportJson }
  if (report.tokens === undefined) throw failed('the tokens of a request cannot be counted')
  return {
    carries: turn.carries,
    isStream: turn.isStream,
    tokensSent: report.tokens.original,
    tokensReceived: report.tokens.sent,
    techniques: report.techniques,
    toolResults: original.facts.blocks.length,
    differences: countFailedDecodes(original, received),
  }
}

async function post(url: string, body: Uint8Array): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer demo' }
  const response = await fetch(url, { method: 'POST', headers, body })
  if (response.ok) {
    // A stream is complete only when it has been read to its end.
    return new Response(await response.arrayBuffer())
  }
  throw failed(`a call was answered with status ${response.status}`)
}

function readChat(body: Uint8Array): ReadBody | undefined {
  return readBody(body, dialectByName('openai-chat'))
}

function failed(message: string): M2MError {
  return new M2MError(message, { code: 'INTERNAL' })
}
