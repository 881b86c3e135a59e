/** The shape of a command: what it takes, what it says of itself, and what it does. */

interface OptionBase {
  readonly about: string
  /** What holds when the flag is not given, in words; stands in the help. */
  readonly otherwise?: string
}

export interface BooleanOption extends OptionBase {
  readonly type: 'boolean'
}

export interface StringOption extends OptionBase {
  readonly type: 'string'
  /** The value's name in the help: `FILE`, `URL`; the choices when absent. */
  readonly value?: string
  readonly choices?: readonly string[]
  readonly isRepeatable?: boolean
}

export type Options = Readonly<Record<string, BooleanOption | StringOption>>

type ValueOf<O> = O extends BooleanOption ? boolean : O extends { isRepeatable: true } ? readonly string[] : string

/** The flags a person gave, by name. */
export type Values<O extends Options> = { readonly [K in keyof O]?: ValueOf<O[K]> }

export interface Parsed<O extends Options> {
  readonly values: Values<O>
  readonly operands: readonly string[]
}

export interface Command<O extends Options = Options> {
  /** `FILE`, `[FILE]`, `FILE...`: what stands after the flags; empty when nothing may. */
  readonly operands: string
  /** What it does, for `m2m help NAME`: whole sentences, lines of at most 80 characters. */
  readonly about: string
  readonly options: O
  readonly examples: readonly string[]
  /** @returns the exit code */
  run(parsed: Parsed<O>): Promise<number>
}

/** Keeps the option names and value types of one command together, and forgets them for the table of all commands. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command
}
