/** Every command by name. A command's code is loaded when it is run, so that `m2m version` stays quick. */

import type { Command } from './command.ts'

export interface CommandEntry {
  readonly summary: string
  load(): Promise<Command>
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  replay: {
    summary: 'measure savings on recorded sessions',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
}
