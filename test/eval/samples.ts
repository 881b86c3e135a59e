/** Tool outputs of every kind that questions are made about. */

const rows = (count: number, row: (index: number) => string): string =>
  Array.from({ length: count }, (_, at) => row(at)).join('\n')

const ROOMS = ['Ash', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir']
const room = (at: number): string => ROOMS[at] ?? ''
const OBJECTS = ROOMS.map((name, at) => ({ name, seats: 7 + 3 * at, floor: at % 2 === 0 ? 'ground' : 'upper' }))

/** The same six rooms in every drawing of a table. */
export const TABLES: Readonly<Record<string, string>> = {
  'a JSON list': JSON.stringify(OBJECTS, null, 2),
  'a JSON list in an object': JSON.stringify({ total: 6, rooms: OBJECTS }),
  "MCP's wrapper": JSON.stringify([{ type: 'text', text: JSON.stringify(OBJECTS) }]),
  'a Python list': JSON.stringify(OBJECTS).replaceAll('"', "'").replaceAll(',', ', '),
  'JSON lines': OBJECTS.map((object) => JSON.stringify(object)).join('\n'),
  CSV: `name,seats,floor\n${rows(6, (at) => `${room(at)},${7 + 3 * at},${at % 2 === 0 ? 'ground' : 'upper'}`)}`,
  'padded semicolons': `name ; seats ; floor\n${rows(6, (at) => `${room(at)} ; ${7 + 3 * at} ; ${at % 2 === 0 ? 'ground' : 'upper'}`)}`,
  tabs: `name\tseats\tfloor\n${rows(6, (at) => `${room(at)}\t${7 + 3 * at}\t${at % 2 === 0 ? 'ground' : 'upper'}`)}`,
  Markdown: `| name    | seats | floor  |\n|---------|-------|--------|\n${rows(6, (at) => `| ${room(at).padEnd(7)} | ${String(7 + 3 * at).padStart(5)} | ${(at % 2 === 0 ? 'ground' : 'upper').padEnd(6)} |`)}`,
  'box lines': `┌─────────┬───────┬────────┐\n│ name    │ seats │ floor  │\n├─────────┼───────┼────────┤\n${rows(6, (at) => `│ ${room(at).padEnd(7)} │ ${String(7 + 3 * at).padEnd(5)} │ ${(at % 2 === 0 ? 'ground' : 'upper').padEnd(6)} │`)}\n└─────────┴───────┴────────┘`,
}

export const ALIGNED = `NAME      SEATS   FLOOR    BOOKED\n${rows(6, (at) => `${room(at).padEnd(10)}${String(7 + 3 * at).padEnd(8)}${(at % 2 === 0 ? 'ground' : 'upper').padEnd(9)}${at} (2h ago)`)}`

export const LOG = rows(
  9,
  (at) =>
    `2026-03-0${at + 1}T10:4${at}:17Z ${at % 3 === 0 ? 'WARN' : 'INFO'} boiler-${at * 7 + 11} pressure ${at}.5 bar, valve v${at}${at}x`,
)

export const YAML = rows(
  4,
  (at) => `pump-${at}x${at}:\n  model: KX-${at}40\n  speed: ${at}200 rpm\n  inlet: north-${at}7`,
)

export const MATCHES = rows(
  6,
  (at) => `src/heat/valve${at % 2}.c:${at * 9 + 4}:  int open_${room(at).toLowerCase()}_gate(void);`,
)

export const OBJECT = JSON.stringify({
  id: 'boiler-7',
  limits: { pressure: 3.5, heat: 90 },
  owners: ['mara', 'jon'],
  place: 'cellar',
  built: '2019-04-02',
})

export const MATRIX = JSON.stringify({
  status: 'success',
  data: {
    resultType: 'matrix',
    result: ['pump-1', 'pump-2'].map((pump, at) => ({
      metric: { __name__: 'flow', pump },
      values: [60, 120, 180, 240].map((time) => [1767225600 + time, `${at + 1}${time}.5`]),
    })),
  },
})
