/**
 * The rooms that time and memory are charged to. Code of ours is charged to the stage that called it: a scan of JSON is
 * read's in the request, relay's in the reply. Packages, Node.js and the engine have rooms of their own.
 */

/** Files of ours that are a stage; the first that fits holds. Earlier revisions have the stages under other names. */
const STAGES: readonly (readonly [room: string, files: RegExp])[] = [
  ['port', /^sidecar\/(?:port\/|guard\/|app\.ts)/],
  ['match', /^sidecar\/(?:request\/)?match\.ts/],
  ['read', /^sidecar\/(?:request\/(?:read-request|large-bodies|held-bytes)|read-request|turns|wire\/request-body)\.ts/],
  ['count tokens', /^src\/(?:core\/tokenizer|tables)\//],
  ['compress', /^(?:sidecar\/(?:request\/)?(?:compress|left-alone)|sidecar\/pins\/|src\/core\/(?:compress|pins)\/)/],
  ['mark cache', /^(?:sidecar\/(?:request\/mark-cache|keep)\.ts|src\/core\/cache\/)/],
  ['ask usage', /^sidecar\/request\/ask-usage\.ts/],
  ['send', /^sidecar\/(?:upstream\/|(?:request|wire)\/(?:upstream-request|second-attempt)\.ts)/],
  ['after the reply', /^sidecar\/(?:call\/)?(?:sent-request|check-prefix|remember-reply|warn-of-mismatch)\.ts/],
  ['after the reply', /^sidecar\/(?:prefix-breaks|doctor)\//],
  ['relay', /^sidecar\/(?:reply\/|relay\.ts|wire\/(?:stream-usage|reply-|content-encoding))/],
  ['measure', /^sidecar\/(?:telemetry\/|record\/|log\.ts|(?:call\/)?measure\.ts)/],
  ['session', /^sidecar\/session\//],
  ['pipeline', /^sidecar\/(?:call\/|pipeline\.ts|house\.ts|course\.ts|in-turns\.ts)/],
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
  return STAGES.find(([, files]) => files.test(source))?.[0]
}

/** `undici` for `../node_modules/undici/lib/x.js`, `@opentelemetry` for all packages of a scope. */
function packageOf(source: string): string | undefined {
  return /node_modules\/([^/]+)\/(?!.*node_modules\/)/.exec(source)?.[1]
}
