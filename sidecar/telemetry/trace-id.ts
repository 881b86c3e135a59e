/** The trace id of a `traceparent` header (W3C Trace Context, section 3.2). */

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-/

/** @returns 32 hexadecimal digits; undefined when the header is absent or malformed */
export function traceIdOf(traceparent: string | readonly string[] | undefined): string | undefined {
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined
}
