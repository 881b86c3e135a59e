/** Tools whose results must reach the model as they are: it quotes them back to edit a file, where one changed space fails. */

import picomatch from 'picomatch'

/**
 * File readers of common coding agents and MCP servers; a leading star takes prefixes such as `mcp__filesystem__`.
 */
export const DEFAULT_EXCLUDED_TOOLS: readonly string[] = [
  'Read',
  'read',
  'view',
  'open',
  'cat',
  'NotebookRead',
  '*[rR]ead[fF]ile',
  '*read_file',
  '*read_files',
  '*read_text_file',
  '*read_many_files',
  '*read_multiple_files',
  '*file_read',
  '*fs_read',
  '*open_file',
  '*view_file',
  '*get_file_contents',
  '*get_file_text_by_path',
  '*str_replace_based_edit_tool',
  '*str_replace_editor',
  '*text_editor',
]

/** Providers allow 128 characters at most; a longer name is nobody's tool and is left alone. */
const MAX_NAME_LENGTH = 128

/** Tells whether a tool is on the list. `*` takes any characters, `?` one, `[abc]` one of these. */
export function toolMatcher(globs: readonly string[]): (name: string) => boolean {
  const matches = picomatch([...globs], { bash: true, dot: true, noextglob: true, nonegate: true })
  return (name) => name.length > MAX_NAME_LENGTH || matches(name)
}
