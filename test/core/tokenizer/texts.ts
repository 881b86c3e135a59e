/** Texts for properties of the tokenizer. */

import fc from 'fast-check'

/** Texts that the split rules depend on: letters of every case, marks, digits, white space, contractions, paths. */
const ATOMS = [
  ...['a', 'b', 'Z', 'The', 'ing', 'é', 'É', 'ǅ', 'ʰ', 'ª', '中', '文字', 'ก', '\u0301', '\u20dd', '\u0903'],
  ...[
    '0',
    '12',
    '345',
    '6789',
    '٣',
    'Ⅷ',
    '½',
    '𝟘',
    ' ',
    '  ',
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\v',
    '\u00a0',
    '\u2003',
    '\u3000',
  ],
  ...["'s", "'S", "'ll", "'lL", "'re", "'VE", "'m", "'d", "'t", "'x", "'", "'ſ", "'l", "'r", '’s'],
  ...[
    '.',
    ',',
    '/',
    '//',
    '{"',
    '":',
    '}]',
    '_',
    '-',
    '---',
    '=',
    '#',
    '\\n',
    '<',
    '|',
    '\u200b',
    '\u200d',
    '🙂',
    '👨‍👩‍👧',
    '🇩🇪',
  ],
  ...['<|endoftext|>', '<|endofprompt|>', '<|fim_prefix|>', '<|im_start|>', '\ud83d', '\ude00', '\uffff', '\u{10ffff}'],
]

/** Any mixture of them and of other characters, lone surrogates included. */
export const MIXED_TEXT: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...ATOMS), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 30 })
  .map((parts) => parts.join(''))
