/** Texts that make careless patterns quadratic: the beginning of a credential, over and over, and never its end. */

const UNITS = [
  'eyJ',
  'sk-',
  '-',
  '\\',
  'a',
  'password',
  'password="',
  'password=\\"',
  'token:',
  'name: token ',
  '<token>',
  '--token ',
  '://a:',
  '-u a:',
  'cookie: ',
  'authorization: ',
  'Bearer ',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
]

/** @returns each unit with a text of it of the given length, and one of 64 times the length */
export function likeHostile(length: number): [unit: string, short: string, long: string][] {
  const repeated = (unit: string, units: number): string => unit.repeat(Math.ceil(units / unit.length))
  return UNITS.map((unit) => [unit, repeated(unit, length), repeated(unit, 64 * length)])
}
