import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compressBlock } from '../../../src/core/compress/block/compress-block.ts'
import { compressRequest, ENGINE_VERSION, type ProfileName } from '../../../src/core/compress/index.ts'
import { KIND_NAMES, type KindName, NO_HINT } from '../../../src/core/compress/kinds/kind.ts'
import { kindOf } from '../../../src/core/compress/kinds/kind-of.ts'
import { acrossOf, plansFor } from '../../../src/core/compress/profiles.ts'
import { OUTPUTS_SHA256 } from '../../../src/core/compress/version.ts'
import { PROFILE_NAMES } from '../../../src/core/modes.ts'
import { approximateCounter, exactCounter } from '../../support/counters.ts'
import { fixtures } from './fixtures.ts'
import { chatWith, enforce } from './requests.ts'

const FILE = 'src/core/compress/version.ts'

const samples = fixtures.flatMap((fixture) => [...fixture.samples, ...fixture.untouched].map(([, text]) => text))

/** The samples, and the tool results of a whole session. */
const texts = [...samples, ...toolResults('examples/sessions/checkout-is-slow.jsonl')]

/** All texts in one request, and then each again after a line of its own, so that later blocks refer to earlier ones. */
const request = chatWith([...texts, ...texts.map((text, i) => `again ${i}\n${text}`)])

test('an engine version stands for one set of outputs', () => {
  const outputs = { profiles: profileTable(), encoded: encoded(), blocks: blocks(), requests: requests() }
  const digest = hash('sha256', JSON.stringify(outputs))
  const advice = [
    `the outputs for the samples are not those of engine version '${ENGINE_VERSION}'; in ${FILE}:`,
    `  set OUTPUTS_SHA256 to '${digest}'`,
    `  raise ENGINE_VERSION above '${ENGINE_VERSION}', unless only samples were added or changed`,
  ]
  expect(digest, advice.join('\n')).toBe(OUTPUTS_SHA256)
})

/** The techniques by name, for each kind in the order of the plans. */
function profileTable(): unknown {
  const plans = profileNames().flatMap((profile) =>
    KIND_NAMES.map((kind) => ({ profile, kind, plans: named(profile, kind) })),
  )
  return { plans, across: profileNames().map((profile) => acrossOf(profile)?.name) }
}

function named(profile: ProfileName, kind: KindName): unknown {
  return plansFor(profile, kind).map((plan) => plan.map((step) => step.map(({ name }) => name)))
}

/** Each sample by its own technique, before any gate. */
function encoded(): unknown {
  return fixtures.map(({ technique, samples, untouched }) => {
    return [technique.name, ...[...samples, ...untouched].map(([, text]) => technique.encode(text) ?? null)]
  })
}

/** Each text as a block under each profile, for a model counted exactly and for one that is estimated. */
function blocks(): unknown {
  return profileNames().map((profile) =>
    [exactCounter, approximateCounter].map((counter) =>
      texts.map((text) => {
        const result = compressBlock(text, (some) => plansFor(profile, kindOf(some, NO_HINT)), counter)
        return result.status === 'changed' ? result.text : result.status
      }),
    ),
  )
}

function requests(): unknown {
  return profileNames().map((profile) => {
    return Buffer.from(compressRequest(request, { ...enforce, profile }, exactCounter).body).toString()
  })
}

function toolResults(file: string): string[] {
  const { messages } = JSON.parse(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')) as {
    messages: { role: string; content: string }[]
  }
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => content)
}

function profileNames(): ProfileName[] {
  return [...PROFILE_NAMES]
}
