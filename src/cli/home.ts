/** The home directory of whoever runs the program. */

import { homedir } from 'node:os'

/**
 * @param read throws where neither the environment nor the machine knows one: a container may run as any number
 * @returns undefined without one
 */
export function homeFolder(read: () => string = homedir): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
