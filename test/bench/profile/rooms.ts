/**
 * The rooms that time and memory are charged to. Code of ours is charged to the stage that called it: a scan of JSON is
 * read's in the request, relay's in the reply. Packages, Node.js and the engine have rooms of their own.
 */

/** Files of ours that are a stage, by the beginning of their path; the first that fits holds. */
const STAGES: readonly (readonly [room: string, ...beginnings: string[]])[] = [
  ['port', 'sidecar/port/', 'sidecar/guard/', 'sidecar/app.ts'],
  ['match', 'sidecar/request/match.ts'],
  ['read', 'sidecar/request/read-request.ts', 'sidecar/request/large-bodies.ts', 'sidecar/request/held-bytes.ts'],
  ['count tokens', 'src/core/tokenizer/', 'src/tables/'],
  ['compress', 'sidecar/request/compress', 'sidecar/pins/', 'src/core/compress/', 'src/core/pins/'],
  ['mark cache', 'sidecar/request/mark-cache.ts', 'src/core/cache/'],
  ['ask usage', 'sidecar/request/ask-usage.ts'],
  ['send', 'sidecar/upstream/', 'sidecar/request/upstream-request.ts', 'sidecar/request/second-attempt.ts'],
  ['after the reply', 'sidecar/call/sent-request.ts', 'sidecar/call/check-prefix.ts', 'sidecar/prefix-breaks/'],
  ['after the reply', 'sidecar/call/remember-reply.ts', 'sidecar/call/warn-of-mismatch.ts'],
  ['relay', 'sidecar/reply/', 'sidecar/wire/stream-usage'],
  ['measure', 'sidecar/telemetry/', 'sidecar/call/measure.ts', 'sidecar/log.ts', 'sidecar/record/'],
  ['session', 'sidecar/session/'],
  ['pipeline', 'sidecar/call/', 'sidecar/in-turns.ts'],
]

/** Names that V8 gives to what is no function. */
const ENGINE: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'native code'],
  ['(root)', 'native code'],
  ['(idle)', 'idle'],
])

/** Parts of Node.js, by the beginning of a script's name. */
const NODE_PARTS: readonly (readonly [room: string, beginning: RegExp])[] = [
  ['node: http', /^node:(?:_http|http|internal\/http)/],
  ['node: streams', /^node:(?:stream|internal\/(?:streams|webstreams))/],
  ['node: net', /^node:(?:net|internal\/(?:net|stream_base|dtrace))/],
  ['node: other', /^node:/],
]

export const OTHER = 'other code of ours'
export const IDLE = 'idle'

export interface Frame {
  readonly functionName: string
  /** A path in the project, `node_modules/undici/...`, `node:net`, or empty for the engine's own functions. */
  readonly source: string
}

/** @param stack the running function first, then its callers */
export function roomOf(stack: readonly Frame[]): string {
  const running = stack.find(({ functionName, source }) => source !== '' || ENGINE.has(functionName))
  if (running === undefined) return 'native code'
  const { functionName, source } = running
  const foreign = (source === '' ? ENGINE.get(functionName) : nodePartOf(source)) ?? packageOf(source)
  if (foreign !== undefined) return foreign
  for (const caller of stack) {
    const room = stageOf(caller.source)
    if (room !== undefined) return room
  }
  return OTHER
}

function nodePartOf(source: string): string | undefined {
  return NODE_PARTS.find(([, beginning]) => beginning.test(source))?.[0]
}

function stageOf(source: string): string | undefined {
  return STAGES.find(([, ...beginnings]) => beginnings.some((it) => source.startsWith(it)))?.[0]
}

/** `undici` for `../node_modules/undici/lib/x.js`, `@opentelemetry` for all packages of a scope. */
function packageOf(source: string): string | undefined {
  return /node_modules\/([^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1]
}
