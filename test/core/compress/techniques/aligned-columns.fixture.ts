import fc from 'fast-check'
import { alignedColumns } from '../../../../src/core/compress/techniques/aligned-columns.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

/** Rows as a tool sets them: every column as wide as its widest cell and three spaces more. */
function table(rows: readonly (readonly string[])[], end = '\n'): string {
  const widths = (rows[0] as readonly string[]).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)) + 3)
  return rows
    .map((row) => row.map((cell, i) => (i + 1 < row.length ? cell.padEnd(widths[i] as number) : cell)).join('') + end)
    .join('')
}

const cell = fc.constantFrom(
  'web-1',
  'Running',
  'Running',
  '<none>',
  '0',
  '2 (5m ago)',
  '',
  '^',
  '"quoted" name',
  '"',
  '├── part',
  '👩‍👩‍👧‍👦',
  '\u202eابج',
  'a\tb',
  'two  spaces',
  '  indented',
  'x\r',
)
const cells = fc.integer({ min: 2, max: 5 }).chain((width) => {
  const row = fc.array(cell, { minLength: 1, maxLength: width })
  return fc.array(row, { minLength: 1, maxLength: 8 })
})
const tables = fc
  .tuple(cells, fc.constantFrom('\n', '\r\n'), fc.constantFrom('', 'a line of text\n', '\n', 'a   b   c\n'))
  .map(([rows, end, after]) => table([['NAME', 'A', 'STATE', 'NOMINATED NODE', 'AGE'], ...rows], end) + after)

const form = fc.constantFrom(
  '[table of 3 aligned rows]\n',
  '[table of 2 aligned rows, ^ = as above]\n',
  '[table of 2 aligned rows, ^ = as above]\r\n',
  '[table of 0 aligned rows]\n',
  '[table of 99999999999999999999 aligned rows]\n',
  'NAME   STATE   AGE\n',
  'a b c\n',
  '^ ^ ^\n',
  '"a b" "" c\n',
  '"a b c\n',
  '   x y z\n',
  '\n',
  'last',
)

export const alignedColumnsFixture: TechniqueFixture = {
  technique: alignedColumns,
  samples: [
    [
      'a table with a header, and what is the same as above',
      `stdout:\n${table([
        ['NAME', 'READY', 'STATUS', 'RESTARTS', 'NODE'],
        ['web-1', '2/2', 'Running', '0', 'node-7.example.internal'],
        ['web-2', '2/2', 'Running', '4 (20m ago)', 'node-7.example.internal'],
        ['database', '1/2', 'Error', '', 'node-9.example.internal'],
      ])}done\n`,
      `stdout:
[table of 4 aligned rows, ^ = as above]
NAME       READY   STATUS    RESTARTS      NODE
web-1 2/2 Running 0 node-7.example.internal
web-2 ^ Running "4 (20m ago)" ^
database 1/2 Error "" node-9.example.internal
done
`,
    ],
    [
      'rows without a header, with line ends of their own, and a last line without one',
      'carts     1/1   1   4d   carts:0.4.8     <none>\r\norders    1/1   3   4d   orders:0.4.7    <none>\r\npayment   0/1   1   4d   payment:0.4.3   <none>\nuser      1/1   1   4d   user:0.4.7      <none>',
      '[table of 4 aligned rows, ^ = as above]\ncarts     1/1   1   4d   carts:0.4.8     <none>\r\norders ^ 3 ^ orders:0.4.7 ^\r\npayment 0/1 1 ^ payment:0.4.3 ^\nuser 1/1 1 ^ user:0.4.7 ^',
    ],
    [
      'a last cell with spaces in it, and rows that stop early',
      '  Type     Reason    Age   From      Message\n  ----     ------    ---   ----      -------\n  Normal   Pulled    5m    kubelet   Container image is there\n  Normal   Started   5m    kubelet   Started  it\n  Normal   Stopped\n  Normal   Killed    2m    kubelet   Container image is gone\n  Normal   Deleted   1m    kubelet   Nothing is left\n',
      '[table of 7 aligned rows]\n  Type     Reason    Age   From      Message\n  ---- ------ --- ---- -------\n  Normal Pulled 5m kubelet Container image is there\n  Normal   Started   5m    kubelet   Started  it\n  Normal Stopped\n  Normal Killed 2m kubelet Container image is gone\n  Normal Deleted 1m kubelet Nothing is left\n',
    ],
  ],
  untouched: [
    ['rows of bare JSON', `~[(text,n)\n${'one    two    three    four,7\n'.repeat(9)}end,8]`],
    ['an empty text', ''],
    ['two columns', 'a      1\nb      2\nc      3\n'.repeat(9)],
    ['columns that do not align', 'name   state   age\na   b   c\nb   c   d\nlonger   d   e\n'.repeat(9)],
    ['tabs', 'name\tstate\tage\nweb\tup\t5d\n'.repeat(9)],
    ['its own form', `[table of 2 aligned rows]\na   b   c\nd e f\n${table([...'abcdefghi'].map((c) => [c, c, c]))}`],
  ],
  texts: tables,
  forms: fc.array(fc.oneof(form, tables), { maxLength: 6 }).map((lines) => lines.join('')),
}
