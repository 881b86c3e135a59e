/** Closes what each test of a file opens. */

import { afterEach } from 'vitest'

/** @param opened in the order of closing; each test opens all of it anew */
export function closeAfterEach(opened: () => readonly { close(): Promise<void> }[]): void {
  afterEach(async () => {
    for (const one of opened()) await one.close()
  })
}
