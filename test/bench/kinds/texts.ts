/** A text of each kind of tool output, the same on every run: words, names and numbers drawn from a seeded source. */

const WORDS =
  'error warning timeout request response handler server client payment order service cache database query shard replica follower retry token session region zone pod container volume deploy rollout probe metric trace span'.split(
    ' ',
  )
const COLOURS = ['\u001b[32m', '\u001b[33m', '\u001b[31m', '\u001b[36m', '\u001b[1;34m', '\u001b[90m']
const OFF = '\u001b[0m'

/** Draws what a line differs in. */
class Source {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T
  }

  get word(): string {
    return this.one(WORDS)
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.word).join(' ')
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('')
  }
}

type Line = (source: Source, nth: number) => string

const two = (number: number): string => String(number % 60).padStart(2, '0')
const time = (nth: number): string => `2025-06-20T10:${two(nth / 60)}:${two(nth)}.${String((nth * 37) % 1000)}Z`
const rest = (source: Source): string => `${source.words(6)} id=${source.hex(8)} took ${source.below(900)} ms`
const request = (source: Source): string => `${source.one(['GET', 'POST'])} /v1/orders/${source.hex(6)}`

const LINES: Readonly<Record<string, Line>> = {
  log: (source, nth) => `${time(nth)} ${source.one(['INFO', 'WARN'])} [${source.word}-${source.word}] ${rest(source)}`,
  'log, coloured': (source, nth) =>
    `\u001b[90m${time(nth)}${OFF} ${source.one(COLOURS)}INFO${OFF} [\u001b[36m${source.word}${OFF}] ${rest(source)}`,
  'log of few messages': (source, nth) => `${time(nth)} INFO [worker-${source.hex(2)}] ${request(source)} 200`,
  'log of few messages, coloured': (source, nth) =>
    `\u001b[90m${time(nth)}${OFF} \u001b[32mINFO${OFF} [worker-${source.hex(2)}] \u001b[1m${request(source)}${OFF} 200`,
  'a colour on each letter': (source, nth) =>
    [...`${time(nth)} INFO ${source.words(4)}`].map((letter, at) => COLOURS[at % COLOURS.length] + letter).join('') +
    OFF,
  'log with erases': (source, nth) => `${time(nth)} \u001b[32mINFO${OFF}\u001b[K ${rest(source)}`,
  frames: (source) => `${[0, 20, 40, 60, 80].map((share) => `pulling ${source.word} ${share}%`).join('\r')}\rdone 100%`,
  'names that repeat': (source) =>
    `pod/payments-worker-6c8868cb6d-${source.hex(5)} registry.shop.example/team/${source.word} connection refused by upstream ${source.one(['east', 'west'])} ${source.words(2)}`,
  'lines that are nearly equal': (source) =>
    `the quick brown fox jumps over the ${source.word} while ${source.word} waits`,
  'results of tests': (source) =>
    ` ✓ test/${source.word}/${source.word}.test.ts > ${source.words(4)} ${source.below(900)}ms`,
  'rows with commas': (source, nth) => `${nth},${source.word},${source.hex(8)},${source.below(1000)}.5,true`,
  'aligned columns': (source) =>
    `${source.word.padEnd(24)}${'Running'.padEnd(12)}${source.below(30)}     ${source.hex(8)}`,
  'matches of a search': (source, nth) => `src/${source.word}/${source.word}.ts:${nth}:  const ${source.word} = 1`,
  paths: (source) => `/usr/share/${source.word}/${source.word}/${source.hex(6)}.js`,
  'a difference': (source) => `${source.one([' ', '+', '-'])}  const ${source.word} = ${source.word}(${source.word})`,
  'source code': (source) => `  const ${source.word} = ${source.word}(${source.word}, '${source.word}');`,
  'a page': (source) => `<div class="${source.word}"><a href="/${source.hex(4)}">${source.words(5)}</a></div>`,
  'JSON, a line each': (source, nth) =>
    JSON.stringify({ time: time(nth), level: source.word, pod: `worker-${source.hex(4)}`, msg: source.words(5) }),
  prose: (source) => `The ${source.words(12)}.`,
}

/** Each kind with a text of about `units` UTF-16 units. */
export function textsOfKinds(units: number): readonly (readonly [kind: string, text: string])[] {
  const lines = Object.entries(LINES).map(([kind, line]) => [kind, textOf(line, units)] as const)
  return [...lines, ['JSON, a table', tableOf(units, 0)], ['JSON, written on several lines', tableOf(units, 2)]]
}

function textOf(line: Line, units: number): string {
  const source = new Source(7919)
  let text = ''
  for (let nth = 0; text.length < units; nth++) text += `${line(source, nth)}\n`
  return text
}

function tableOf(units: number, indent: number): string {
  const source = new Source(104_729)
  const rows = Array.from({ length: units / (indent === 0 ? 90 : 150) }, (_, id) => ({
    id,
    name: source.word,
    labels: { app: source.word, zone: source.one(['a', 'b']) },
    ms: source.below(900),
  }))
  return JSON.stringify(rows, null, indent)
}
