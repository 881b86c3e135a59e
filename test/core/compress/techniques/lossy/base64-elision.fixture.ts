import fc from 'fast-check'
import { base64Elision } from '../../../../../src/core/compress/techniques/lossy/base64-elision.ts'
import type { TechniqueFixture } from '../../../../support/technique-contract.ts'

const IMAGE = `iVBORw0KGgoAAAAN${'SUhEUgAAAAEAAAAB'.repeat(40)}`
const LINE = 'MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ'

const textOf = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((some) => some.join(''))

const PIECES = [IMAGE, `${LINE}\n`.repeat(9), 'a'.repeat(600), '0123456789abcdef'.repeat(8), ' ', '\n', '==', '"']

export const base64ElisionFixture: TechniqueFixture = {
  technique: base64Elision,
  samples: [
    [
      'an image in a data URI',
      `see data:image/png;base64,${IMAGE}== here`,
      'see data:image/png;base64,iVBORw0KGgoAAAAN[m2m: 642 characters of base64 left out] here',
    ],
    [
      'a certificate',
      `-----BEGIN CERTIFICATE-----\n${`${LINE}\n`.repeat(9)}q83v\n-----END CERTIFICATE-----\n`,
      '-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIB[m2m: 573 characters of base64 left out]\n-----END CERTIFICATE-----\n',
    ],
  ],
  untouched: [
    ['an empty text', ''],
    ['a hash', `sha256:${'0123456789abcdef'.repeat(4)}`],
    ['a token', `Bearer ${LINE.repeat(4)}`],
    ['a rule', '-'.repeat(900)],
    ['a word without end', 'a'.repeat(900)],
    ['its own marker', `${IMAGE} [m2m: 9 characters of base64 left out]`],
  ],
  texts: textOf(PIECES),
  forms: textOf([...PIECES, '[m2m: 9 characters of base64 left out]', '[m2m: x characters of base64 left out]']),
}
