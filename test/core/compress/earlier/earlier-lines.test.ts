import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EarlierBlocks } from '../../../../src/core/compress/earlier/earlier-blocks.ts'
import { earlierLines } from '../../../../src/core/compress/earlier/earlier-lines.ts'
import { MAX_BLOCK_BYTES } from '../../../../src/core/compress/limits.ts'
import { assertProperty } from '../../../support/assert-property.ts'
import { anyText, hostileTexts } from '../../../support/hostile-text.ts'

const plain = (text: string) => ({ text: () => text, isPlain: () => true })

function blocks(...texts: readonly string[]): EarlierBlocks {
  const earlier = new EarlierBlocks()
  for (const [i, text] of texts.entries())
    earlier.add({ path: `messages[${i}].content`, callId: `call_${i}` }, plain(text))
  return earlier
}

const isShorter = (run: string, reference: string): boolean => reference.length < run.length

function encode(text: string, earlier: EarlierBlocks): string | undefined {
  return earlierLines.encode(text, earlier, { isPlain: true, isWorth: isShorter })
}

const FILE = Array.from({ length: 20 }, (_, i) => `${i + 1}: line number ${i + 1} of the file`)

describe('earlier lines', () => {
  test('names the block that has the lines, and quotes the first and the last', () => {
    const window = ['a heading', ...FILE.slice(4, 12), 'and more'].join('\n')
    const encoded = encode(window, blocks('something else', FILE.join('\n')))
    expect(encoded).toBe(
      'a heading\n[8 lines as in call_1: "5: line number 5 of the file" … "12: line number 12 of the file"]\nand more',
    )
    expect(earlierLines.decode(encoded!, blocks('something else', FILE.join('\n')))).toBe(window)
  })

  test('writes a file with one changed line as a reference to the earlier file', () => {
    const edited = FILE.with(9, 'a new line').join('\n')
    expect(encode(edited, blocks(FILE.join('\n')))?.split('\n')).toEqual([
      '[9 lines as in call_0: "1: line number 1 of the file" … "9: line number 9 of the file"]',
      'a new line',
      '[10 lines as in call_0: "11: line number 11 of the file" … "20: line number 20 of the file"]',
    ])
  })

  test('writes a repeated block as one line, also a block of a single line', () => {
    const json = JSON.stringify(FILE)
    expect(encode(json, blocks(json))).toBe('[1 line as in call_0: "["1: line number 1 of the file",…"]')
  })

  test('begins and ends runs with lines that contain words', () => {
    const text = ['', '}', ...FILE, '', '}', ''].join('\n')
    expect(encode(text, blocks(`\n${text}\n`))).toMatch(/^\n\}\n\[20 lines as in .*\]\n\n\}\n$/)
  })

  test('takes the longest run where a line stands in many places', () => {
    const start = FILE[0]!
    const encoded = encode(FILE.join('\n'), blocks(start, FILE.slice(0, 3).join('\n'), FILE.join('\n'), `${start}\nx`))
    expect(encoded).toContain('[20 lines as in call_2')
  })

  test('changes no line that is in no earlier block, or that a reference would not shorten', () => {
    expect(encode(FILE.join('\n'), blocks())).toBeUndefined()
    expect(encode('short\nlines', blocks('short\nlines'))).toBeUndefined()
    expect(encode(FILE.join('\n'), blocks(FILE.join('\r\n')))).toBeUndefined()
    expect(encode('', blocks('', 'a'))).toBeUndefined()
  })

  test('refers to a form of ours only as a whole, in a block that is nothing else', () => {
    const options = { isPlain: false, isWorth: isShorter }
    const earlier = new EarlierBlocks()
    const form = FILE.join('\n')
    earlier.add({ path: 'messages[1].content' }, plain(form))
    expect(earlierLines.encode(form, earlier, options)).toBeUndefined()
    for (const i of [2, 3]) earlier.add({ path: `messages[${i}].content` }, { text: () => form, isPlain: () => false })
    const encoded = earlierLines.encode(form, earlier, options)
    expect(encoded).toBe('[all of messages[2] again: 20 lines]')
    expect(earlierLines.decode(encoded!, earlier)).toBe(form)
    expect(earlierLines.encode(`${form}\nmore`, earlier, options)).toBeUndefined()
    const formsOnly = new EarlierBlocks()
    formsOnly.add({ path: 'messages[2].content' }, { text: () => form, isPlain: () => false })
    expect(encode(form, formsOnly)).toBeUndefined()
  })

  test('uses no quote that would lead to another place', () => {
    const long = 'the very same beginning of a line that is long enough'
    const there = [`${long} 1`, 'x'.repeat(80), `${long} 2`, 'y'.repeat(80)].join('\n')
    const here = [`${long} 2`, 'y'.repeat(80)].join('\n')
    const encoded = encode(here, blocks(there))
    if (encoded !== undefined) expect(earlierLines.decode(encoded, blocks(there))).toBe(here)
  })

  test.each([
    [
      'a block that is not there',
      '[20 lines as in call_9: "1: line number 1 of the file" … "20: line number 20 of the file"]',
    ],
    ['lines that are not there', '[3 lines as in call_0: "nothing" … "like it"]'],
    [
      'more lines than there are',
      '[21 lines as in call_0: "1: line number 1 of the file" … "20: line number 20 of the file"]',
    ],
    ['a whole block that is not there', '[all of call_9 again: 20 lines]'],
    ['a whole block of another length', '[all of call_0 again: 21 lines]'],
    ['no block', 'just text'],
  ])('does not decode a reference to %s', (_name, text) => {
    expect(earlierLines.decode(text, blocks(FILE.join('\n')))).toBeUndefined()
  })

  test('decodes to no more than fits in a block', () => {
    const line = 'x'.repeat(100_000)
    const reference = `[1 line as in call_0: "${'x'.repeat(32)}…"]`
    expect(earlierLines.decode(`${reference}\n${reference}`, blocks(line))).toBe(`${line}\n${line}`)
    expect(earlierLines.decode(Array(4).fill(reference).join('\n'), blocks(line))).toBeUndefined()
  })
})

describe('the name of a block', () => {
  const reference = (name: string) => `[1 line as in ${name}: "line"]`
  const decode = (name: string, earlier: EarlierBlocks) => earlierLines.decode(reference(name), earlier)

  test('is the id of its call, or where its message stands', () => {
    const earlier = new EarlierBlocks()
    earlier.add({ path: 'messages[3].content', callId: 'call_a' }, plain('line'))
    earlier.add({ path: 'messages[4].content[0].text' }, plain(' line'))
    earlier.add({ path: 'input[5].output', callId: 'an id of "odd" characters' }, plain('  line'))
    expect(decode('call_a', earlier)).toBe('line')
    expect(decode('messages[4]', earlier)).toBe(' line')
    expect(decode('input[5]', earlier)).toBe('  line')
  })

  test('is no id with a long number: it would be dear', () => {
    const earlier = new EarlierBlocks()
    earlier.add({ path: 'messages[3].content', callId: '1'.repeat(19) }, plain('line'))
    earlier.add({ path: 'messages[4].content', callId: `call_${'12-'.repeat(10)}` }, plain(' line'))
    expect(decode('1'.repeat(19), earlier)).toBe('line')
    expect(decode('messages[4]', earlier)).toBe(' line')
  })

  test('stays with the first block that has it', () => {
    const earlier = new EarlierBlocks()
    for (const text of ['line', ' line', '  line'])
      earlier.add({ path: 'messages[3].content', callId: 'call_a' }, plain(text))
    expect(decode('call_a', earlier)).toBe('line')
    expect(decode('messages[3]', earlier)).toBe(' line')
  })

  test('is taken by a block that is too large to be referred to', () => {
    const earlier = new EarlierBlocks()
    earlier.add({ path: 'messages[3].content', callId: 'call_a' }, plain(`line\n${'x'.repeat(MAX_BLOCK_BYTES)}`))
    earlier.add({ path: 'messages[5].content', callId: 'call_a' }, plain('line'))
    expect(decode('call_a', earlier)).toBeUndefined()
    expect(decode('messages[5]', earlier)).toBe('line')
  })
})

const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'first line',
      'second line',
      '}',
      '',
      '  indented line\r',
      `${'long '.repeat(9)}one`,
      `${'long '.repeat(9)}two`,
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 50 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '[2 lines as in call_0: "first line" … "second line"]',
      '[1 line as in call_1: "}"]',
      'say " … " twice',
    ),
  },
)
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'))

describe('of any earlier blocks', () => {
  test('an encoded text decodes to the same text', () => {
    assertProperty(
      fc.property(fc.array(text, { maxLength: 4 }), text, (earlier, block) => {
        if (earlierLines.recognises(block)) return
        const encoded = earlierLines.encode(block, blocks(...earlier), { isPlain: true, isWorth: () => true })
        if (encoded === undefined) return
        expect(earlierLines.recognises(encoded)).toBe(true)
        expect(earlierLines.decode(encoded, blocks(...earlier))).toBe(block)
      }),
      { numRuns: 5000 },
    )
  })

  test('only a recognised text decodes', () => {
    assertProperty(
      fc.property(fc.array(text, { maxLength: 3 }), fc.oneof(text, anyText()), (earlier, block) => {
        if (!earlierLines.recognises(block)) expect(earlierLines.decode(block, blocks(...earlier))).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })
})

describe.each([
  ['worth', () => true],
  ['not worth', () => false],
])('where every run is %s a reference', (_name, isWorth) => {
  // Work that grows with the square of the text takes minutes here.
  test.each([
    ...hostileTexts(MAX_BLOCK_BYTES / 2),
    ['equal lines', 'an equal line\n'.repeat(MAX_BLOCK_BYTES / 14)] as const,
    ['lines of two kinds', 'an equal line\nand another one\n'.repeat(MAX_BLOCK_BYTES / 30)] as const,
  ])('%s after themselves come to an end, and come back', (_name, text) => {
    const earlier = blocks(text, text.slice(1), `${text}x`)
    const encoded = earlierLines.encode(text, earlier, { isPlain: true, isWorth })
    if (encoded !== undefined) expect(earlierLines.decode(encoded, earlier)).toBe(text)
  })
})
