import fc from 'fast-check'
import { listingPaths } from '../../../../src/core/compress/techniques/listing-paths.ts'
import type { TechniqueFixture } from '../../../support/technique-contract.ts'

const LINES = [
  'README.md\n',
  'services/shop-api/src/handlers/orders.ts\n',
  'services/shop-api/src/handlers/users.ts\n',
  'services/shop-api/src/handlers/\n',
  'services/shop-api/src/models/order.ts\r\n',
  'services/shop-api/src/models/my order.ts\n',
  'services/shop-api/src/models/12 orders.ts\n',
  '12 services/shop-api/src/models/12 orders.ts\n',
  '    7 services/shop-api/src/models/order.ts\n',
  '4.0K\tservices/shop-api/src/models\n',
  '8.0K\tservices/shop-api/src/models/a\n',
  ' M services/shop-api/src/models/a.ts\n',
  '?? services/shop-api/src/models/b.ts\n',
  'R  services/shop-api/src/a.ts -> services/shop-api/src/b.ts\n',
  'M\tservices/shop-api/src/models/c.ts\n',
  'C:\\work\\shop\\src\\total.ts\n',
  'C:\\work\\shop\\src\\sum.ts\n',
  '/srv/\u202eابج/👩‍👩‍👧‍👦/a\r\r\n',
  '/srv/\u202eابج/👩‍👩‍👧‍👦/b\n',
  './a/:\n',
  'x/y/:\n',
  '\n',
  'a line of prose, and/or more\n',
  'services/shop-api/src/last.ts',
]
const FORMS = [
  '[3 paths, each directory above its entries]\n',
  '[2 paths with size, each directory above its entries]\n',
  '[2 paths with state, each directory above its entries]\r\n',
  '[0 paths, each directory above its entries]\n',
  '[99999999999 paths, each directory above its entries]\n',
  'src:\n',
  'C:\\src:\n',
  ':\n',
  'a.ts\n',
  '12 a.ts\n',
]

const textOf = (lines: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...lines), { maxLength: 16 }).map((some) => some.join(''))

export const listingPathsFixture: TechniqueFixture = {
  technique: listingPaths,
  samples: [
    [
      'directories in the order of the listing, and what stands in none of them',
      `$ git ls-files
README.md
services/shop-api/src/handlers/orders.ts
services/shop-api/src/handlers/users.ts
services/shop-api/src/handlers/carts.ts
tools/check
services/shop-api/src/models/order.ts
services/shop-api/src/models/user.ts
services/shop-api/src/models/cart.ts

8 files
`,
      `$ git ls-files
[8 paths, each directory above its entries]
README.md

services/shop-api/src/handlers:
orders.ts
users.ts
carts.ts

tools/check

services/shop-api/src/models:
order.ts
user.ts
cart.ts

8 files
`,
    ],
    [
      'the directory that saves most',
      ['a', 'b/c', 'b/d', 'e', 'f'].map((name) => `./services/shop-api/src/${name}.ts`).join('\n'),
      `[5 paths, each directory above its entries]
./services/shop-api/src:
a.ts
b/c.ts
b/d.ts
e.ts
f.ts`,
    ],
    [
      'sizes before the paths',
      [4, 12, 8, 120].map((size) => `${size}K\t./var/lib/postgres/data/base/${size * 7}\r\n`).join(''),
      `[4 paths with size, each directory above its entries]
./var/lib/postgres/data/base:
4K\t28\r
12K\t84\r
8K\t56\r
120K\t840\r
`,
    ],
    [
      'states before the paths',
      [' M', '??', 'A ', 'MM'].map((state, i) => `${state} services/shop-api/src/models/${i}.ts\n`).join(''),
      `[4 paths with state, each directory above its entries]
services/shop-api/src/models:
 M 0.ts
?? 1.ts
A  2.ts
MM 3.ts
`,
    ],
    [
      'paths of Windows',
      ['a', 'b c', 'd', 'e'].map((name) => `C:\\work\\shop\\orders\\src\\${name}.ts\r\n`).join(''),
      `[4 paths, each directory above its entries]
C:\\work\\shop\\orders\\src:
a.ts\r
b c.ts\r
d.ts\r
e.ts\r
`,
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['short directories', 'a/b\na/c\na/d\n'],
    ['directories that differ', ['orders', 'users', 'carts', 'taxes'].map((name) => `src/${name}/index.ts\n`).join('')],
    ['a tree', '├── services/shop-api/src/a.ts\n'.repeat(9)],
    ['search results', 'services/shop-api/src/models/a.ts:12: x\n'.repeat(9)],
    ['renamed files', 'R  services/shop-api/src/a.ts -> services/shop-api/src/b.ts\n'.repeat(9)],
    ['several names in a line', '/.notdef /.notdef /.notdef /space\n'.repeat(9)],
    ['prose', 'He said: look in services/shop-api/src/models or in services/shop-api/src/tests.\n'.repeat(9)],
    ['its own form', `[2 paths, each directory above its entries]\n${'services/shop-api/src/models/a.ts\n'.repeat(9)}`],
  ],
  texts: textOf(LINES),
  forms: textOf([...FORMS, ...LINES]),
}
