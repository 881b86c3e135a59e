/**
 * Tools whose results must reach the model unchanged: it quotes them to edit a file, and one changed space would fail.
 */

/**
 * File readers of common coding agents and MCP servers; a leading star matches prefixes such as `mcp__filesystem__`.
 */
export const DEFAULT_EXCLUDED_TOOLS: readonly string[] = [
  'Read',
  'read',
  'view',
  'open',
  'cat',
  'NotebookRead',
  '*readFile',
  '*ReadFile',
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

/** Returns a test for names on the list. A star matches any characters, or none; everything else matches itself. */
export function toolMatcher(globs: readonly string[]): (name: string) => boolean {
  const matchers = globs.map(globMatcher)
  return (name) => matchers.some((matches) => matches(name))
}

/** Linear in the name, which the caller chooses: the regular expressions of glob libraries backtrack. */
function globMatcher(glob: string): (name: string) => boolean {
  const [head = '', ...parts] = glob.split('*')
  const tail = parts.pop()
  if (tail === undefined) return (name) => name === glob
  return (name) => {
    const end = name.length - tail.length
    if (end < head.length || !name.startsWith(head) || !name.endsWith(tail)) return false
    let start = head.length
    for (const part of parts) {
      const found = name.indexOf(part, start)
      if (found === -1) return false
      start = found + part.length
    }
    return start <= end
  }
}
