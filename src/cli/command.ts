/** The shape of a command: its operands and flags, its help text, its code. */

interface OptionBase {
  readonly about: string
  /** One letter: `n` for `-n`. */
  readonly short?: string
  /** The default in words, for the help. */
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

type ValueOf<O> = O extends BooleanOption
  ? boolean
  : O extends { isRepeatable: true }
    ? readonly TextOf<O>[]
    : TextOf<O>

/** One of the choices, where there are some: `parseFlags` refuses any other value. */
type TextOf<O> = O extends { choices: readonly (infer Choice extends string)[] } ? Choice : string

/** The flags that were given, by name. */
export type Values<O extends Options> = { readonly [K in keyof O]?: ValueOf<O[K]> }

export interface Parsed<O extends Options> {
  readonly values: Values<O>
  readonly operands: readonly string[]
}

export interface Command<O extends Options = Options> {
  /** `FILE`, `[FILE]`, `FILE...`: the words after the flags; empty when none are allowed. */
  readonly operands: string
  /** The description in `m2m help NAME`: whole sentences, lines of at most 88 characters. */
  readonly about: string
  readonly options: O
  readonly examples: readonly string[]
  /** @returns the exit code */
  run(parsed: Parsed<O>): Promise<number>
}

/** Checks `run` against the types of the command's own options, then drops those types for the table of commands. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command
}
