import fc from 'fast-check'
import { lineTemplates } from '../../../../src/core/compress/techniques/line-templates.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const HEAD = '[A= names a line; "A x" repeats it with x in {}]\n'

const numbers = fc.constantFrom(
  '7',
  '12:30:01.5',
  'x9',
  'east',
  'far west',
  '',
  ' ',
  '|',
  'a|b',
  '{',
  '\r',
  '👩‍👩‍👧‍👦',
  '\u202eابج',
)

/** Lines of a few kinds. */
const line = fc
  .tuple(fc.integer({ min: 0, max: 7 }), numbers, numbers)
  .map(
    ([kind, a, b]) =>
      [
        `${a} worker[${b}] finished the nightly backup of the archive\n`,
        `request ${a} served from the cache of region ${b} without any error\n`,
        `{"level":"info","service":"orders","message":"nothing to do","run":"${a}"}\n`,
        `a line of one kind only, said again, with nothing new in it\r\n`,
        `${a}\n`,
        `A ${a}\n`,
        `#A=${a} <none>\n`,
        `connection to the primary database lost after ${a} seconds, retrying with ${b}`,
      ][kind],
  )

const form = fc.constantFrom(
  HEAD,
  HEAD.replace('{}', '«»'),
  HEAD.replaceAll('A', '#A'),
  'A=took {12} ms in {east}\n',
  'A=took {12 ms\n',
  'A=took }{\n',
  'B=again\r\n',
  'A 13 west\n',
  'A|14|far west\n',
  'A 15\n',
  'A\n',
  'A',
  'B\n',
  'C x\n',
  '#A=\n',
  '#A\n',
  'AA=\n',
  'plain\n',
)

const WORKERS = Array.from({ length: 14 }, (_, i) => [7 + i, 12 + 3 * i, 310 + 17 * i])
const worker = ([id, region, ms]: readonly number[]) =>
  `worker ${id} finished the nightly backup of region ${region} in ${ms} ms\n`

const BACKUPS = [
  ['orders database', 'all is well'],
  ['users database', 'it was slow'],
  ['far west', 'late, but complete'],
  ['old archive', 'so it seems'],
  ['tape library', 'just for once'],
  ['mail server', 'slow as ever'],
  ['south wing', 'and who knows'],
]
const backup = ([what, how]: readonly string[]) =>
  `the nightly backup of the ${what} finished on time, without any error: ${how}\n`

export const lineTemplatesFixture: TechniqueFixture = {
  technique: lineTemplates,
  samples: [
    [
      'lines that differ in numbers, between others',
      `up\n${WORKERS.slice(0, 1).map(worker).join('')}idle\n${WORKERS.slice(1).map(worker).join('')}`,
      `${HEAD}up\nA=worker {7} finished the nightly backup of region {12} in {310 ms}\nidle\n${WORKERS.slice(1)
        .map((numbers) => `A ${numbers.join(' ')} ms\n`)
        .join('')}`,
    ],
    [
      'lines that differ in words, and parts of several words',
      `${BACKUPS.slice(0, 2).map(backup).join('')}a line apart\n${BACKUPS.slice(2).map(backup).join('')}`,
      [
        HEAD,
        'A=the nightly backup of the {orders database} finished on time, without any error: {all is well}\n',
        'A|users database|it was slow\n',
        'a line apart\n',
        'A|far west|late, but complete\n',
        'A|old archive|so it seems\n',
        'A|tape library|just for once\n',
        'A|mail server|slow as ever\n',
        'A|south wing|and who knows\n',
      ].join(''),
    ],
    [
      'lines with braces and capital letters of their own',
      ['12', '13', '14']
        .map((run) => `A job: {"level":"info","service":"orders","message":"nothing to do","run":"${run}"}\n`)
        .join(''),
      `${HEAD.replaceAll('A', '#A').replace('{}', '<>')}#A=A job: {"level":"info","service":"orders","message":"nothing to do","run":<"12">}\n#A "13"\n#A "14"\n`,
    ],
    [
      'results of tests, each with its own',
      ['ok 1', 'not ok 2', 'ok 3', 'not ok 4', 'ok 5', 'not ok 6']
        .map((result) => `${result} - the nightly backup of the archive is complete and can be read\n`)
        .join(''),
      [
        HEAD,
        'A={ok 1} - the nightly backup of the archive is complete and can be read\n',
        'B={not ok 2} - the nightly backup of the archive is complete and can be read\n',
        'A ok 3\n',
        'B not ok 4\n',
        'A ok 5\n',
        'B not ok 6\n',
      ].join(''),
    ],
    [
      'equal lines that do not follow each other',
      ['\r\na\n', '\nb\n', '\nc\n', '\nd\n', '']
        .map((rest) => `the connection to the primary database was lost, retrying${rest}`)
        .join(''),
      `${HEAD}A=the connection to the primary database was lost, retrying\r\na\nA\nb\nA\nc\nA\nd\nA`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    [
      'bare records',
      `~[(order,step,by)\n${[...'1234567'].map((n) => `order ${n},handed over to the carrier in the warehouse,crew ${n}`).join('\n')}]`,
    ],
    ['short lines', 'port: 80\nname: a\nport: 81\nname: b\nport: 82\n'],
    ['lines of nothing in common', 'one of these\nis not like\nthe other lines there\nat all, or so it seems\n'],
    [
      'two equal lines in a long text',
      `${[...'abcdefghijklmnop'].map((c, i) => `${`${c.repeat(4)} `.repeat(i + 3)}\n`).join('')}${'nothing has changed since the last time it was looked at\n'.repeat(2)}`,
    ],
    ['its own form', `${HEAD}A=x\n${'worker 7 finished the nightly backup of region 12\n'.repeat(9)}`],
  ],
  texts: fc.array(line, { maxLength: 12 }).map((lines) => lines.join('')),
  forms: fc.array(fc.oneof(form, line), { maxLength: 10 }).map((lines) => lines.join('')),
}
