/** Reads the spans of an OTLP export in protobuf: https://github.com/open-telemetry/opentelemetry-proto, trace.proto. */

export interface ReadSpan {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** 0 unset, 1 ok, 2 error. */
  readonly status: number
}

type Value = bigint | Buffer

/** The fields of a message: numbers to values, in their order. */
type Message = ReadonlyMap<number, readonly Value[]>

export function readSpans(body: Buffer): readonly ReadSpan[] {
  const scopes = messages(parse(body), 1).flatMap((resource) => messages(resource, 2))
  return scopes.flatMap((scope) => messages(scope, 2)).map(readSpan)
}

function readSpan(span: Message): ReadSpan {
  return {
    traceId: bytes(span, 1).toString('hex'),
    name: bytes(span, 5).toString(),
    attributes: Object.fromEntries(
      messages(span, 9).map((pair) => [bytes(pair, 1).toString(), messages(pair, 2).map(anyValue)[0]]),
    ),
    status: Number(messages(span, 15)[0]?.get(3)?.[0] ?? 0),
  }
}

/** AnyValue: 1 text, 2 boolean, 3 integer, 4 double, 5 list. */
function anyValue(value: Message): unknown {
  const [field, values] = [...value][0] ?? []
  const first = values?.[0]
  if (field === 1) return first?.toString()
  if (field === 4) return (first as Buffer).readDoubleLE()
  if (field === 5) return messages(value, 5).flatMap((list) => messages(list, 1).map(anyValue))
  return Number(first)
}

function bytes(message: Message, field: number): Buffer {
  const value = message.get(field)?.[0]
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0)
}

function messages(message: Message, field: number): readonly Message[] {
  return (message.get(field) ?? []).flatMap((value) => (Buffer.isBuffer(value) ? [parse(value)] : []))
}

function parse(buffer: Buffer): Message {
  const fields = new Map<number, Value[]>()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer.readUInt8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const take = (length: number): Buffer => {
    at += length
    return buffer.subarray(at - length, at)
  }
  while (at < buffer.length) {
    const tag = Number(varint())
    const type = tag & 7
    const value = type === 0 ? varint() : take(type === 1 ? 8 : type === 5 ? 4 : Number(varint()))
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value])
  }
  return fields
}
