/** Operating system commands of a terminal: links (OSC 8) and titles. Their text is content, but no cell shows it. */

import { ESC } from './colours.ts'

const COMMANDS = new RegExp(`${ESC}\\][^${ESC}\\u0007\\r\\n]*(?:\\u0007|${ESC}\\\\)`, 'g')

/** The text without complete commands. */
export function withoutLinks(text: string): string {
  return text.includes(ESC) ? text.replace(COMMANDS, '') : text
}
