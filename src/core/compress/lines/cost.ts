/**
 * What a text costs in tokens, guessed without a vocabulary: encoders get text only, and compare many pieces of it.
 * Errors cost a saving, never correctness: the gate counts for real.
 */

/** A run of letters, of digits (three a token), of white space (one token), or one other character. */
const PIECE = /(\p{L}+)|(\d+)|(\s+)|./gsu

/** Letters a token of ordinary words has, about. */
const LETTERS_PER_TOKEN = 8
const DIGITS_PER_TOKEN = 3

/** About how many tokens a text has; a single space belongs to the word behind it. */
export function guessTokens(text: string): number {
  let tokens = 0
  for (const [, letters, digits, space] of text.matchAll(PIECE)) {
    if (letters !== undefined) tokens += Math.ceil(letters.length / LETTERS_PER_TOKEN)
    else if (digits !== undefined) tokens += Math.ceil(digits.length / DIGITS_PER_TOKEN)
    else if (space === undefined || space.length > 1) tokens++
  }
  return tokens
}
