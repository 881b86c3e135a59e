/** `m2m unpin`: the operator's switch for live conversations, at a sidecar's admin port. */

import { M2MError } from '../../core/errors.ts'
import { defineCommand } from '../command.ts'
import { print } from '../output.ts'

const DEFAULT_ADMIN = 'http://127.0.0.1:4142'
const TIMEOUT_MS = 10_000

export const unpin = defineCommand({
  operands: '',
  about: [
    'Ends the forms of the conversations that a sidecar serves: results that were sent before go out as they',
    'came from now on. Each live conversation breaks once: its prompt cache starts again, and reasoning',
    'that the provider has bound to the old form is refused or dropped. A client that does not drop',
    'refused reasoning by itself cannot go on. New results follow the policy.',
    'A change of mode or profile does not need it: it holds for new results at once.',
  ].join('\n'),
  options: {
    admin: {
      type: 'string',
      value: 'URL',
      about: "the sidecar's admin port, on this machine",
      otherwise: DEFAULT_ADMIN,
    },
  },
  examples: ['m2m unpin', 'm2m unpin --admin http://127.0.0.1:9142'],
  async run({ values }) {
    const { results } = await post(values.admin ?? DEFAULT_ADMIN)
    print(`${results} ${results === 1 ? 'result is' : 'results are'} sent as they came from now on`)
    return 0
  },
})

async function post(admin: string): Promise<{ readonly results: number }> {
  const url = URL.parse('/unpin', admin)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new M2MError(`--admin takes a URL such as ${DEFAULT_ADMIN}, not ${JSON.stringify(admin)}`, { code: 'USAGE' })
  }
  let reply: Response
  let answer: unknown
  try {
    reply = await fetch(url, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS) })
    answer = await reply.json().catch(() => undefined)
  } catch (cause) {
    throw new M2MError(`no sidecar answers at ${url.origin}; give its admin port with --admin`, {
      code: 'ADMIN_UNREACHABLE',
      cause,
    })
  }
  if (reply.ok && hasResults(answer)) return answer
  throw new M2MError(`${url.origin} answers ${reply.status} to POST /unpin: is it a sidecar's admin port?`, {
    code: 'ADMIN_UNREACHABLE',
  })
}

function hasResults(answer: unknown): answer is { readonly results: number } {
  return typeof (answer as { results?: unknown } | null | undefined)?.results === 'number'
}
