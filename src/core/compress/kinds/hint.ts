/** Tells from a tool call whether its result is a file's text, as an agent edits it: then it keeps its layout. */

import { type JsonTape, kindOf, NONE, sourceOf, textOf } from '../../json/index.ts'
import { API_CLIENTS, READERS, SHELL_TOOLS } from './command-names.ts'
import type { Hint } from './kind.ts'
import { NO_HINT } from './kind.ts'

/** A call that is longer writes something, or runs a script of its own. UTF-16 units. */
const MAX_UNITS = 8 * 1024

/** The call behind a block, as its dialect found it. */
export interface CallOfBlock {
  readonly tool?: string
  readonly callNode?: number
}

/**
 * The same call gives the same hint in every later request, since it stands before its result.
 * @returns the hint for one result; a result whose call is unknown has none
 */
export function hintOf(tape: JsonTape, { tool = '', callNode = NONE }: CallOfBlock): Hint {
  const text = argumentsOf(tape, callNode)
  const isRead = READER.test(text)
  return showsFile(tool, text) ? { isFile: true, isRead } : { ...NO_HINT, isRead }
}

function showsFile(tool: string, args: string): boolean {
  if (NAMES_FILE.test(args)) return true
  const words = tool.match(WORD)?.map((word) => word.toLowerCase()) ?? []
  if (!isShell(words, args)) return FILE_MEMBER.test(args)
  // The client may be the tool itself: `kubectl` with `{"command":"get pods"}`.
  return !API_CLIENT.test(`${words.join(' ')} ${args}`)
}

/** Line ends and tabs inside of a string's string. */
const ESCAPED_BLANK = /\\[nrt]/g

/** The arguments, or their first part, with a blank for each escaped one. */
function argumentsOf(tape: JsonTape, node: number): string {
  const text = kindOf(tape, node) === 'string' ? textOf(tape, node) : node === NONE ? '' : sourceOf(tape, node)
  return text?.slice(0, MAX_UNITS).replace(ESCAPED_BLANK, '  ') ?? ''
}

/** The words of a tool's name: `runCommand`, `execute_command`, `mcp__shell__run`. */
const WORD = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g

const COMMAND_MEMBER = /"(?:command|cmd|commands|shell_command|script)"\s*:/

function isShell(words: readonly string[], args: string): boolean {
  return words.some((word) => SHELL_TOOLS.has(word)) || COMMAND_MEMBER.test(args)
}

/** A path that ends in the extension of a text file; no URL, no option's value such as `-o json`. */
const NAMES_FILE =
  /(?:^|[\s"'=@<>(,[])(?:[A-Za-z]:)?(?:file:\/\/)?(?!\w+:\/\/)[\w.@~$%{}/\\+-]*[\w}*-]\.(?:jsonc?|json5|geojson|ipynb|ya?ml|toml|xml|html?|xhtml|svg|plist|lock|csproj|xaml|resx|webmanifest|har|tfstate|vue|jsx|tsx)(?![\w/.])/i

/** A member that names a file, whatever its extension. */
const FILE_MEMBER =
  /"(?:file|files|file_?path|file_?name|absolute_?path|relative_?path|target_?file|notebook_?path)"\s*:\s*[["]/i

/** The first word of a command, but not behind a pipe: `ps | head` shows no file. */
const READER = new RegExp(String.raw`(?:^|["';(\x60]|&&|-- )\s*(?:${READERS.join('|')}) +[^\s|<&;]`)

/** The first word of a command, or the first behind a pipe, `&&` or a substitution. */
const API_CLIENT = new RegExp(String.raw`(?:^|["'\s|&;(\x60\\/])(?:${API_CLIENTS.join('|')})(?=[\s"'\\]|$)`)
