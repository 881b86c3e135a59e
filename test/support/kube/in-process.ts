/** What tests ask of a program of the operator's image that runs inside their own process. */

import { type DestinationStream, type Logger, pino } from 'pino'

/** One object a line. */
export type LogLines = readonly Readonly<Record<string, unknown>>[]

/** A log that is kept. */
export function keptLog(): { readonly log: Logger; readonly lines: LogLines } {
  const lines: Record<string, unknown>[] = []
  const destination: DestinationStream = { write: (line) => void lines.push(JSON.parse(line)) }
  return { log: pino({ level: 'debug', base: null }, destination), lines }
}

export interface HealthPages {
  metrics(): Promise<string>
  ready(): Promise<{ readonly status: number; readonly text: string }>
}

/** @param port of health and metrics */
export function healthPages(port: number): HealthPages {
  const get = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, text: await response.text() }
  }
  return { metrics: async () => (await get('/metrics')).text, ready: () => get('/readyz') }
}
