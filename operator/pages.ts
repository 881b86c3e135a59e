/** What each program of this image says of itself: `--help`, and its reference page. */

import { SETTINGS as OPERATOR_SETTINGS } from './config.ts'
import type { ProgramPage } from './help.ts'
import { SETTINGS as INJECTOR_SETTINGS } from './injector/config.ts'
import { INSTRUMENTS as INJECTOR_INSTRUMENTS } from './injector/metrics.ts'
import { INSTRUMENTS as OPERATOR_INSTRUMENTS } from './metrics.ts'
import type { ReferencePage } from './reference.ts'

export const OPERATOR_PAGE: ProgramPage & ReferencePage = {
  program: 'operator',
  command: 'node dist/operator.js',
  about: [
    'Turns M2MPolicy objects into one ConfigMap for each namespace, and tells each policy what came of it.',
    'The word `injector` in front starts the other program of this image: see `injector --help`.',
  ],
  settings: OPERATOR_SETTINGS,
  instruments: OPERATOR_INSTRUMENTS,
  exitCodes: '0 it was told to stop, 1 it has lost its lease, 2 its settings cannot be used.',
}

export const INJECTOR_PAGE: ProgramPage & ReferencePage = {
  program: 'injector',
  command: 'node dist/operator.js injector',
  about: ['Answers the AdmissionReviews of pods that are about to be made: those that ask for it get a sidecar.'],
  settings: INJECTOR_SETTINGS,
  instruments: INJECTOR_INSTRUMENTS,
  exitCodes: '0 it was told to stop, 2 its settings cannot be used.',
}
