import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRight } from '../../src/eval/questions/grade.ts'
import type { Question } from '../../src/eval/questions/question.ts'
import { questionsOf } from '../../src/eval/questions/questions-of.ts'
import { assertProperty } from '../support/assert-property.ts'
import { ALIGNED, LOG, MATCHES, MATRIX, OBJECT, TABLES, YAML } from './samples.ts'

const TEXTS: Readonly<Record<string, string>> = { ...TABLES, ALIGNED, LOG, MATCHES, MATRIX, OBJECT, YAML }

function asked(text: string, task: string): readonly Question[] {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed)
  return seeds.flatMap((seed) => questionsOf(text, 8, seed)).filter((question) => question.task === task)
}

describe('questions', () => {
  test.each(Object.entries(TEXTS))('are made about %s, each once', (_, text) => {
    const questions = questionsOf(text, 8, 1)
    expect(questions.length).toBeGreaterThanOrEqual(6)
    expect(new Set(questions.map((question) => question.text)).size).toBe(questions.length)
  })

  test('are the same for the same seed, and others for another', () => {
    expect(questionsOf(LOG, 8, 5)).toEqual(questionsOf(LOG, 8, 5))
    expect(questionsOf(LOG, 8, 5)).not.toEqual(questionsOf(LOG, 8, 6))
  })

  test('are none where no answer is certain', () => {
    expect(['', 'done', 'Wrote 3 files.\nBye.', '[{"a":1},{"a"'].flatMap((text) => questionsOf(text, 8, 1))).toEqual([])
  })

  test.each([
    [
      'the value of a field',
      'value',
      'What is the value of seats where name is Dogwood? Answer with the value only.',
      ['16'],
    ],
    ['the record with a value', 'which', 'Which name has seats 10? Answer with the name only.', ['Birch']],
    ['the highest', 'extreme', 'Which name has the highest seats? Answer with the name only.', ['Fir']],
    ['the lowest', 'extreme', 'Which name has the lowest seats? Answer with the name only.', ['Ash']],
    ['the number of records', 'count', 'How many records does this result list? Answer with the number only.', ['6']],
    [
      'the next record',
      'next',
      'Which name has the record directly after the one where name is Cedar? Answer with the name only.',
      ['Dogwood'],
    ],
  ])('about a table ask for %s', (_, task, text, answer) => {
    for (const table of Object.values(TABLES)) {
      const found = asked(table, task).find((question) => question.text === text)
      expect(found?.answer, table).toEqual(answer)
    }
  })

  test('about a table ask for a whole record, in the order of its fields', () => {
    const [question] = asked(TABLES['CSV'] ?? '', 'record').filter(({ text }) => text.includes('name is Elm'))
    expect(question?.answer).toEqual(['Elm', '19', 'ground'])
  })

  test('about a log ask for lines, their neighbours and their times', () => {
    const lines = LOG.split('\n')
    for (const { text, answer } of asked(LOG, 'line')) {
      const [, word = ''] = /contains (\S+)\. /.exec(text) ?? []
      expect(lines.filter((line) => line.includes(word))).toEqual(answer)
    }
    for (const { text, answer } of asked(LOG, 'after')) {
      const [, word = ''] = /contains (\S+)\. /.exec(text) ?? []
      expect(answer).toEqual([lines[lines.findIndex((line) => line.includes(word)) + 1]])
    }
    for (const { text, answer } of asked(LOG, 'time')) {
      const [, word = ''] = /with (\S+) written/.exec(text) ?? []
      expect(lines.find((line) => line.includes(word))?.split(' ')[0]).toBe(answer[0])
    }
    expect(asked(LOG, 'before').length * asked(LOG, 'time').length).toBeGreaterThan(0)
  })

  test('about configuration ask for sections', () => {
    const [question] = asked(YAML, 'section').filter(({ text }) => text.includes('pump-2x2'))
    expect(question?.answer).toEqual(['model: KX-240\nspeed: 2200 rpm\ninlet: north-27'])
  })

  test('about search results ask for file, number and text of a match', () => {
    expect(asked(MATCHES, 'which').every(({ answer: [path] }) => /^src\/heat\/valve[01]\.c$/.test(path ?? ''))).toBe(
      true,
    )
    expect(asked(MATCHES, 'line')[0]?.answer[0]).toMatch(/^ {2}int open_\w+_gate\(void\);$/)
    expect(asked(MATCHES, 'value')[0]?.answer[0]).toMatch(/^\d+$/)
  })

  test('about time series ask for the value at a time', () => {
    const texts = asked(MATRIX, 'value').map(({ text, answer }) => [text, answer[0]])
    expect(texts).toContainEqual([
      'What is the value where pump is pump-2 at 1767225720? Answer with the value only.',
      '2120.5',
    ])
    expect(asked(MATRIX, 'extreme')[0]?.answer[0]).toMatch(/^[12]240\.5$/)
  })

  test('about one object ask for values by their path', () => {
    const texts = [...asked(OBJECT, 'value'), ...asked(OBJECT, 'count')].map(({ text, answer }) => [text, answer[0]])
    expect(texts).toContainEqual(['What is the value of heat of limits? Answer with the value only.', '90'])
    expect(texts).toContainEqual(['How many items has owners? Answer with the number only.', '2'])
  })

  test('have answers that stand in the text, unless they count', () => {
    assertProperty(
      fc.property(fc.constantFrom(...Object.values(TEXTS)), fc.nat(), (text, seed) => {
        // JSON within a JSON string is read through its escapes.
        const seen = text.replaceAll('\\"', '"')
        const answers = questionsOf(text, 12, seed).filter(({ task }) => task !== 'count')
        const parts = answers.flatMap(({ answer }) => answer.flatMap((part) => part.split('\n')))
        expect(parts.filter((part) => !seen.includes(part))).toEqual([])
      }),
    )
  })

  test('never fail, whatever the text is', () => {
    assertProperty(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(), (text, seed) => {
        expect(questionsOf(text, 4, seed).length).toBeLessThanOrEqual(4)
      }),
    )
  })
})

describe('an answer', () => {
  test.each([
    ['as it is', 'Elm', true],
    ['with white space around it', '\n  Elm \n', true],
    ['in quotes', '"Elm"', true],
    ['in a code fence', '```text\nElm\n```', true],
    ['in backticks within a fence', '```\n`Elm`\n```', true],
    ['after its thoughts', '<think>Elm or\nFir?</think>\n\nElm', true],
    ['in a sentence', 'It is Elm.', false],
    ['in other letters', 'elm', false],
    ['that refers to the cell above', '^', false],
    ['that is empty', '', false],
  ])('%s is right: %#', (_, given, expected) => {
    expect(isRight({ answer: ['Elm'] }, given)).toBe(expected)
  })

  test.each([
    ['separated by commas', 'Elm, 19, ground', true],
    ['as JSON', '{"name": "Elm", "seats": 19, "floor": "ground"}', true],
    ['in another order', '19, Elm, ground', false],
    ['with a value left out', 'Elm, ground', false],
    ['with a number that holds the right one', 'Elm, 190, ground', false],
    ['with another record', 'Elm, 19, ground\nFir, 22, upper', false],
  ])('of a record %s is right: %#', (_, given, expected) => {
    expect(isRight({ answer: ['Elm', '19', 'ground'], wrong: ['Ash', 'Fir'] }, given)).toBe(expected)
  })
})
