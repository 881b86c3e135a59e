/** Figures of the conversation with the API server, which operator and injector both have, each under its own names. */

import type { InstrumentTable } from './instruments.ts'

export const KUBE_INSTRUMENTS = {
  lists: {
    type: 'counter',
    about: 'Full lists by resource and reason (start, expired, periodic)',
    labels: ['resource', 'reason'],
  },
  watchRestarts: { type: 'counter', about: 'Watches that broke, by resource', labels: ['resource'] },
  missedChanges: {
    type: 'counter',
    about: 'Changes that a full list found and the watch had not told, by resource',
    labels: ['resource'],
  },
  apiRequests: {
    type: 'counter',
    about: 'Answers of the API server by method and status; status 0: none came',
    labels: ['method', 'status'],
  },
} as const satisfies InstrumentTable
