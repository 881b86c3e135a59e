import fc from 'fast-check'
import { treePointers } from '../../../../src/core/compress/techniques/tree-pointers.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const LINES = [
  '- generic [ref=e2]:\n',
  '  - link "Home" [ref=e3] [cursor=pointer]:\n',
  '    - /url: /home\r\n',
  '  - link "a \\"b\\" [ref=e9] [cursor=pointer]" [ref=e4] [cursor=pointer]\n',
  '  - link "no pointer" [ref=e5]\n',
  `  - 'button "Sizes: all" [ref=e6] [cursor=pointer]': Sizes\n`,
  '  - button "Save" [disabled] [ref=e7] [cursor=pointer]\n',
  '  - heading "\u202eابج" [level=2] [ref=e8] [cursor=pointer]\r\r\n',
  '  - generic [ref=e10] [cursor=pointer]: 👩‍👩‍👧‍👦\n',
  '  - text: [cursor=pointer]\n',
  '  - button [cursor=pointer]\n',
  '\n',
  '- img [ref=e11] [cursor=pointer]',
]
const FORMS = [
  '[every node of these roles also has [cursor=pointer]: link]\n',
  '[every node of these roles also has [cursor=pointer]: link, button]\n',
  '[every node of these roles also has [cursor=pointer]: link, link]\r\n',
  '[every node of these roles also has [cursor=pointer]: ]\n',
  '- link "Home" [ref=e3]\n',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 24 }).map((some) => some.join(''))

const PAGE = ['hat', 'coat', 'belt']
  .map(
    (name, i) => `    - link "Red ${name}" [ref=e${i}1] [cursor=pointer]:
      - /url: /goods/${name}
    - generic [ref=e${i}2]${i === 1 ? ' [cursor=pointer]' : ''}: $2${i}.50
    - button "Add ${name}" [ref=e${i}3] [cursor=pointer]
    - button "Drop ${name}" [disabled] [ref=e${i}4] [cursor=pointer]
`,
  )
  .join('')

export const treePointersFixture: TechniqueFixture = {
  technique: treePointers,
  samples: [
    [
      'the roles that have the mark on every node, and no others',
      `### Page state\n\`\`\`yaml\n- list [ref=e1]:\n${PAGE}\`\`\`\n`,
      `[every node of these roles also has [cursor=pointer]: link, button]
### Page state
\`\`\`yaml
- list [ref=e1]:
${PAGE.replace(/(- (?:link|button) .*) \[cursor=pointer\]/g, '$1')}\`\`\`
`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a few marks', '- link "Home" [ref=e3] [cursor=pointer]\n'.repeat(5)],
    [
      'a role with a node that lacks it',
      `${'- link "Home" [ref=e3] [cursor=pointer]\n'.repeat(9)}- link "End" [ref=e4]`,
    ],
    ['marks in names', '- link "[ref=e4] [cursor=pointer]" [ref=e3]\n'.repeat(9)],
    ['nodes without references', '- link "Home" [cursor=pointer]\n'.repeat(9)],
    ['its own form', `[every node of these roles also has [cursor=pointer]: img]\n${PAGE}`],
  ],
  texts: textOf(LINES),
  forms: textOf([...FORMS, ...LINES]),
}
