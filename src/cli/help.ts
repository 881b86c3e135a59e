/** The help pages: one for all commands, one for each. */

import type { Command, Options } from './command.ts'
import { COMMANDS } from './commands.ts'
import { columns } from './print/table.ts'
import { valueName } from './usage.ts'

/** `m2m help`. */
export function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [`  ${name}`, summary])
  return [
    'm2m: the same content for an LLM in fewer tokens, verified reversible',
    '',
    'usage: m2m COMMAND [FLAGS] [ARGUMENTS]',
    '',
    columns(rows),
    '',
    'm2m help COMMAND lists the flags of a command, with examples. Results go to stdout,',
    'messages to stderr. Exit code: 0 success, 1 failure, 2 wrong usage.',
  ].join('\n')
}

/** `m2m help NAME`. */
export function commandPage(name: string, command: Command): string {
  const sections = [
    ['usage:', `m2m ${name}`, Object.keys(command.options).length > 0 ? '[FLAGS]' : '', command.operands]
      .filter((word) => word !== '')
      .join(' '),
    command.about,
    optionLines(command.options),
    ['Examples:', ...command.examples.map((example) => `  ${example}`)].join('\n'),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function optionLines(options: Options): string {
  const rows = Object.entries(options).map(([name, option]): [string, string] => {
    const value = option.type === 'string' ? ` ${valueName(option)}` : ''
    const otherwise = option.otherwise === undefined ? '' : ` (default: ${option.otherwise})`
    const short = option.short === undefined ? '' : `-${option.short}, `
    return [`  ${short}--${name}${value}`, `${option.about}${otherwise}`]
  })
  if (rows.length === 0) return ''
  const width = WIDTH - Math.max(...rows.map(([flag]) => flag.length)) - '  '.length
  const wrapped = rows.flatMap(([flag, about]) => wrap(about, width).map((line, i) => [i === 0 ? flag : '', line]))
  return ['Flags:', columns(wrapped)].join('\n')
}

const WIDTH = 100

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
