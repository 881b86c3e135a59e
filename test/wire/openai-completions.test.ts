/** The OpenAI SDK, legacy completions: bytes as they came, figures as billed. */

import OpenAI from 'openai'
import { expect } from 'vitest'
import { test as chainTest } from '../support/chain.ts'
import { test as edgeTest } from '../support/wire.ts'

const MODEL = 'gpt-3.5-turbo-instruct'

function open(base: string): OpenAI {
  return new OpenAI({ baseURL: `${base}/v1`, apiKey: 'sk-test', maxRetries: 0 })
}

chainTest.for(['hello', ['hello', 'again'], [15339, 1917], [[15339], [1917]]])(
  'the prompt %j passes unchanged, whole and streamed',
  async (prompt, { chain }) => {
    const texts = async (base: string): Promise<string[]> => {
      const whole = await open(base).completions.create({ model: MODEL, prompt, max_tokens: 9 })
      let streamed = ''
      for await (const chunk of await open(base).completions.create({ model: MODEL, prompt, stream: true })) {
        streamed += chunk.choices[0]?.text ?? ''
      }
      return [whole.choices[0]?.text ?? '', streamed]
    }
    expect(await texts(chain.url)).toEqual(await texts(chain.straight.url))
    expect(chain.mock.requests.map(({ body }) => String(body))).toEqual(
      chain.straight.requests.map(({ body }) => String(body)),
    )
  },
)

edgeTest('its usage and model are in the figures', async ({ edge, upstream }) => {
  const usage = { prompt_tokens: 21, completion_tokens: 4, total_tokens: 25 }
  const choices = [{ text: 'Hi', index: 0, logprobs: null, finish_reason: 'stop' }]
  upstream.replyWith((res) => {
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ id: 'cmpl-1', object: 'text_completion', model: MODEL, choices, usage }))
  })
  await open(edge.url).completions.create({ model: MODEL, prompt: 'hello' })
  const sums = (await edge.metrics()).match(/^gen_ai_client_token_usage\S*_sum\{.*$/gm) ?? []
  expect(sums.join('\n')).toMatch(/text_completion/)
  expect(sums.map((line) => Number(line.split(' ').at(-1))).sort((a, b) => a - b)).toEqual([4, 21])
})

edgeTest('a stream that breaks ends with an error of its API', async ({ edge, upstream }) => {
  upstream.replyWith((res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write('data: {"id":"cmpl-1","choices":[{"text":"H","index":0,"finish_reason":null}]}\n\n', () => res.destroy())
  })
  const stream = await open(edge.url).completions.create({ model: MODEL, prompt: 'hello', stream: true })
  const read = async (): Promise<void> => {
    for await (const _ of stream) {
      // Only its end matters.
    }
  }
  await expect(read()).rejects.toThrow()
  expect(edge.calls()).toMatchObject([{ error: 'UPSTREAM_CLOSED' }])
})
