/** Plays a stream: an upstream below HTTP that sends what a script says, and a caller that shows what came of it. */

import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Edge } from './edge.ts'
import type { StreamSample } from './stream-samples.ts'
import type { TcpUpstream } from './upstream.ts'
import { within } from './within.ts'

/** A piece of the body, sent by itself; or something that happens before the next one is sent. */
export type Step = string | Uint8Array | ((stage: Stage) => unknown)

export interface Stage {
  readonly edge: Edge
  readonly caller: Caller
  /** The provider's side of the connection. */
  readonly socket: Socket
}

export interface Script {
  /** How HTTP says where the reply ends; none: no head comes. Default: chunked. */
  readonly framing?: 'chunked' | 'close' | 'none' | { readonly length: number }
  /** Header lines beside the framing. */
  readonly headers: readonly string[]
  readonly steps: readonly Step[]
  /** end: HTTP ends the reply; cut: the connection closes; hold: nothing more comes. */
  readonly last: 'end' | 'cut' | 'hold'
}

/** The reply as its caller sees it. */
export interface Caller {
  readonly status: number
  readonly text: string
  readonly bytes: Buffer
  /** HTTP has ended it. */
  readonly isWhole: boolean
  /** Resolves when so many bytes of the body have come. */
  received(bytes: number): Promise<void>
  /** Goes away. */
  leave(): void
}

/** Sends a call and answers it by the script; resolves when the caller's reply is over. */
export async function play(
  { path, request }: Pick<StreamSample, 'path' | 'request'>,
  { edge, tcpUpstream, script }: { edge: Edge; tcpUpstream: TcpUpstream; script: Script },
): Promise<Caller> {
  const client = httpRequest(edge.url + path, { method: 'POST', agent: false })
  const caller = callerOf(client)
  const played = new Promise<void>((resolve, reject) => {
    tcpUpstream.onHead((socket) => perform(script, { edge, caller, socket }).then(resolve, reject))
  })
  client.end(JSON.stringify(request))
  await within('the end of the reply', Promise.all([caller.over, played]))
  return caller
}

async function perform({ framing = 'chunked', headers, steps, last }: Script, stage: Stage): Promise<void> {
  const { socket } = stage
  socket.setNoDelay(true)
  if (framing !== 'none') socket.write(['HTTP/1.1 200 OK', ...framingLines(framing), ...headers, '', ''].join('\r\n'))
  for (const step of steps) {
    if (typeof step === 'function') await step(stage)
    else socket.write(framing === 'chunked' ? chunkOf(step) : step)
    await turn()
  }
  if (last === 'end' && framing === 'chunked') socket.end('0\r\n\r\n')
  else if (last !== 'hold') socket.end()
}

function chunkOf(piece: string | Uint8Array): Buffer {
  const bytes = Buffer.from(piece as string)
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

function framingLines(framing: Exclude<Script['framing'], undefined>): string[] {
  if (framing === 'chunked') return ['transfer-encoding: chunked']
  return typeof framing === 'object' ? [`content-length: ${framing.length}`] : ['connection: close']
}

function callerOf(client: ReturnType<typeof httpRequest>): Caller & { readonly over: Promise<void> } {
  const pieces: Buffer[] = []
  let size = 0
  let reply: IncomingMessage | undefined
  const opened = once(client, 'response').then(([response]) => {
    reply = response as IncomingMessage
    reply.on('data', (piece: Buffer) => {
      pieces.push(piece)
      size += piece.length
    })
    reply.on('error', () => undefined)
    return reply
  })
  const over = opened.then((response) => once(response, 'close')).catch(() => undefined)
  return {
    over: over.then(() => undefined),
    get status() {
      return reply?.statusCode ?? 0
    },
    get text() {
      return Buffer.concat(pieces).toString()
    },
    get isWhole() {
      return reply?.complete === true
    },
    get bytes() {
      return Buffer.concat(pieces)
    },
    async received(due) {
      const response = await opened
      const all = async (): Promise<void> => {
        while (size < due) await once(response, 'data')
      }
      await within(`${due} bytes`, all())
    },
    leave: () => client.destroy(),
  }
}

/** A step: waits until the caller has these bytes. */
export function received(bytes: string): Step {
  return ({ caller }) => caller.received(Buffer.byteLength(bytes))
}
