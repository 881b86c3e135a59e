/** Results of tools: large JSON with the white space of common serialisers and the values that careless code breaks. */

/** A list of orders as two-space JSON; `seed` makes lists differ. Numbers that JavaScript cannot hold are written as text. */
export function spacedOrders(seed: number, count = 20): string {
  const orders = Array.from({ length: count }, (_, i) => {
    const number = seed * 1_000 + i
    return [
      '  {',
      `    "id": ${number}0000000000000000001,`,
      `    "customer": "Zoë Ångström ${number} \\ud83d\\ude42",`,
      `    "total": ${i}.50,`,
      `    "rate": 1e400,`,
      `    "isPaid": ${i % 2 === 0},`,
      `    "note": "line one\\nline \\"two\\" \\u0000",`,
      `    "tags": ["new", "order-${i % 3}"]`,
      '  }',
    ].join('\n')
  })
  return `[\n${orders.join(',\n')}\n]`
}

/** The same JSON without insignificant white space: equal texts hold equal values, lexemes, key order and duplicates. */
export function withoutSpace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1')
}

/** The output of a build: colours, a progress line that redraws itself, the same warning many times. */
export function noisyLog(seed: number): string {
  const warning = `\u001b[33mwarning\u001b[0m: the orders service did not answer on attempt ${seed}`
  const progress = Array.from({ length: 20 }, (_, i) => `fetching ${i * 5} %\r`).join('')
  return `${progress}fetching done\n${`${warning}\n`.repeat(30)}\u001b[32m✓ finished\u001b[0m\n`
}
