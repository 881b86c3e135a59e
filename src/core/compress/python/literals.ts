/** Python's literals as JSON's, and back, letter by letter: `{'a': None}` and `{"a":null}`. */

const PYTHON = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"|True|False|None|, |: /g
const JSON_TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|true|false|null|[,:]/g

const TO_JSON: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null', ', ': ',', ': ': ':' }
const TO_PYTHON: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None', ',': ', ', ':': ': ' }

/** An escape in a Python string. */
const ESCAPE = /\\(?:x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|.)/g

/** What `repr` escapes: the quote and backslash apart, everything that Python calls not printable. */
const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', ' ': ' ' }

/**
 * Minified JSON for a dictionary or list as `repr` writes it.
 * @returns undefined when a string in it would not come back letter by letter
 */
export function jsonOfPython(python: string): string | undefined {
  let isExact = true
  const json = python.replace(PYTHON, (token) => {
    const other = TO_JSON[token]
    if (other !== undefined) return other
    if (isPlain(token) && token.startsWith("'")) return `"${token.slice(1, -1)}"`
    const value = token.slice(1, -1).replace(ESCAPE, characterOf)
    isExact &&= reprOf(value) === token
    return JSON.stringify(value)
  })
  return isExact ? json : undefined
}

/** What `repr` writes for JSON without insignificant white space. */
export function pythonOfJson(json: string): string {
  return json.replace(JSON_TOKEN, (token) => {
    const other = TO_PYTHON[token]
    if (other !== undefined) return other
    return isPlain(token) ? `'${token.slice(1, -1)}'` : reprOf(JSON.parse(token) as string)
  })
}

/** Does a string hold neither quotes nor anything that is escaped? Most are such; the others take ten times as long. */
function isPlain(token: string): boolean {
  return PLAIN.test(token)
}

const PLAIN = /^["'][ !#-&(-[\]-~]*["']$/

/** A string as Python's `repr` writes it: in single quotes, unless it holds one and no double quote. */
function reprOf(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  const escaped = value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
  return quote + escaped.replace(NOT_PRINTABLE, escapeOf) + quote
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) as number
  const hex = code.toString(16)
  if (code <= 0xff) return SHORT[character] ?? `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

function characterOf(escaped: string): string {
  const kind = escaped[1] as string
  if (escaped.length > 2) {
    const code = Number.parseInt(escaped.slice(2), 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : escaped
  }
  return kind === 'n' ? '\n' : kind === 'r' ? '\r' : kind === 't' ? '\t' : kind
}
