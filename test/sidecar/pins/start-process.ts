/** A process that starts with a full state folder: it prints how many results it knows. */

import { pino } from 'pino'
import { PinStore } from '../../../sidecar/pins/index.ts'

const [folder = ''] = process.argv.slice(2)
const store = new PinStore(folder, pino({ level: 'silent' }))
process.stdout.write(String(store.pins.size))
