/** Writes the golden files that are missing; it never changes one. `make golden` */

import { existsSync, writeFileSync } from 'node:fs'
import { FORMAT_IDS, goldenPath, makeGolden } from './golden.ts'

for (const id of FORMAT_IDS.filter((one) => !existsSync(goldenPath(one)))) {
  const golden = makeGolden(id)
  if (golden.length === 0) throw new Error(`${id} encodes no sample: give its technique a fixture first`)
  writeFileSync(goldenPath(id), `${JSON.stringify(golden, null, 2)}\n`, { flag: 'wx' })
  console.log(`wrote ${goldenPath(id)}`)
}
