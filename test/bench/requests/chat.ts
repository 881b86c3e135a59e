/** Short requests: a plain chat, and an agent's turn with two results. */

const question = 'Compare the three plans in the table above and name the cheapest for a team of twelve. '

/** A plain chat of about 3 KB. */
export function chat(isStream: boolean): string {
  return JSON.stringify({
    model: 'gpt-4o',
    stream: isStream,
    messages: [
      { role: 'system', content: 'You answer in one short paragraph.' },
      { role: 'user', content: question.repeat(32) },
    ],
  })
}

/** An agent's turn of about 12 KB with two JSON tool results as Python's json.dumps spaces them. */
export function agentTurn(): string {
  const rows = Array.from({ length: 66 }, (_, i) => ({
    id: 1000 + i,
    name: `node-${i}`,
    ready: i % 7 !== 0,
    cpu: i * 1.5,
    zone: 'b',
  }))
  const result = JSON.stringify(rows).replaceAll('":', '": ').replaceAll(',"', ', "')
  return JSON.stringify({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'You operate a cluster.' },
      { role: 'user', content: question },
      { role: 'assistant', content: null, tool_calls: [call('call_1'), call('call_2')] },
      { role: 'tool', tool_call_id: 'call_1', content: result },
      { role: 'tool', tool_call_id: 'call_2', content: result.replaceAll('node-', 'pod-') },
    ],
  })
}

function call(id: string): object {
  return { id, type: 'function', function: { name: 'list', arguments: '{"all": true}' } }
}
