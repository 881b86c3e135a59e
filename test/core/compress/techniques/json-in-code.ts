/** JSON that may be run or quoted letter by letter, and text that is nearly JSON: no technique rewrites it. */
export const JSON_IN_CODE: readonly (readonly [name: string, text: string])[] = [
  [
    'the argument of a command',
    `curl -d '[{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}]' https://api.example.com`,
  ],
  [
    'a list in code',
    'const rows = [{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}]\n',
  ],
  [
    'elements of a list written by hand',
    `[\n${[1, 2, 3].map((id) => `  {"id": ${id}, "items": [{"name": "first of them"}, {"name": "second of them"}, {"name": "third"}]},\n`).join('')}]`,
  ],
  [
    'lines of code',
    [1, 2, 3].map((n) => `row_${n} = {"id": ${n}, "name": "one of the rows", "ready": true}\n`).join(''),
  ],
  [
    'the value of an option',
    `+ deploy --set-json [{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}] --wait\ndone\n`,
  ],
  [
    'an argument in a process list',
    `  PID USER     COMMAND\n    1 root     node /srv/app.js [{"id": 1, "name": "first of them"}, {"id": 2, "name": "second of them"}, {"id": 3, "name": "third"}]\n   17 root     sh\n`,
  ],
  ['what is nearly JSON', '[{"ratio": NaN, "name": "first"}, {"ratio": Infinity, "name": "second"}, {"ratio": 01}]'],
]
