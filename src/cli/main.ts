/** The entry of the command line: finds the command, reads its flags, runs it, prints an error as one message. */

import { type ErrorCode, M2MError } from '../core/errors.ts'
import { COMMANDS } from './commands.ts'
import { commandPage, overview } from './help.ts'
import { endQuietlyWhenPipeCloses, print, printMessage } from './output.ts'
import { didYouMean, parseFlags, usageError } from './usage.ts'

/** Errors in flags, settings or policies end with exit code 2. */
const USED_WRONGLY: ReadonlySet<ErrorCode> = new Set(['USAGE', 'CONFIG_INVALID', 'POLICY_INVALID', 'MANIFEST_INVALID'])

endQuietlyWhenPipeCloses()
process.exitCode = await main(process.argv.slice(2))

/** @returns 0 it worked, 1 it failed, 2 it was used wrongly */
async function main(args: readonly string[]): Promise<number> {
  try {
    return await runCommand(args)
  } catch (error) {
    printMessage(`m2m: ${describe(error)}`)
    return error instanceof M2MError && USED_WRONGLY.has(error.code) ? 2 : 1
  }
}

async function runCommand(args: readonly string[]): Promise<number> {
  const [first] = args
  if (first === undefined) {
    printMessage(overview())
    return 2
  }
  if (first === 'help' || first === '--help' || first === '-h') return help(args.slice(1))
  const { name, rest } = commandName(first === '--version' ? ['version', ...args.slice(1)] : args)
  const isHelp = rest.includes('--help') || rest.includes('-h')
  if (isHelp) return help([name])
  const command = await entryOf(name).load()
  try {
    return await command.run(parseFlags(rest, command.options, command.operands))
  } catch (error) {
    if (error instanceof M2MError && error.code === 'USAGE') {
      throw usageError(`${error.message}\nm2m help ${name} lists its flags.`)
    }
    throw error
  }
}

async function help(words: readonly string[]): Promise<number> {
  if (words.length === 0) {
    print(overview())
    return 0
  }
  const asked = words.join(' ')
  // The first word of two-word commands (`policy`, `models`): the pages of all of them.
  const members = membersOf(asked)
  const names = members.length === 0 || isCommand(asked) ? [asked, ...members] : members
  for (const name of names) print(commandPage(name, await entryOf(name).load()))
  return 0
}

/** Most commands are one word; `policy check` is two. `models` is one, unless a command's second word follows. */
function commandName(args: readonly string[]): { name: string; rest: readonly string[] } {
  const [first = '', second = '-'] = args
  const isGroup = membersOf(first).length > 0 && !isCommand(first) && !second.startsWith('-')
  return isGroup || isCommand(`${first} ${second}`)
    ? { name: `${first} ${second}`, rest: args.slice(2) }
    : { name: first, rest: args.slice(1) }
}

function membersOf(group: string): string[] {
  return Object.keys(COMMANDS).filter((name) => name.startsWith(`${group} `))
}

function isCommand(name: string): boolean {
  return Object.hasOwn(COMMANDS, name)
}

function entryOf(name: string): (typeof COMMANDS)[string] {
  const entry = isCommand(name) ? COMMANDS[name] : undefined
  if (entry) return entry
  const members = membersOf(name)
  if (members.length > 0) throw usageError(`${name} needs a second word: m2m ${members.join(', m2m ')}`)
  const guess = didYouMean(name, Object.keys(COMMANDS))
  throw usageError(`unknown command ${JSON.stringify(name)}${guess}\nm2m help lists the commands.`)
}

/** The message of an M2MError is enough for a user; any other error is a bug and needs its stack. */
function describe(error: unknown): string {
  if (error instanceof M2MError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
