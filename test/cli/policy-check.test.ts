import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'policy-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}

describe('policy check', () => {
  const good = 'apiVersion: m2m.io/v1alpha1\nkind: M2MPolicy\nmetadata: { name: good }\nspec: {}\n'
  const bad = good
    .replace('good', 'bad')
    .replace('spec: {}', 'spec:\n  compression:\n    profil: Safe\n    mode: Enforced')
  const HELD =
    'spec: an edit of spec.compression.mode, spec.compression.holdoutPercent holds for new results only; --against FILE compares'

  test('names every mistake with file, line and path', async () => {
    const file = write('bad.yaml', bad)
    const ended = await runCli(['policy', 'check', file])
    expect(ended.stdout.toString()).toContain(
      `${file}:6: spec.compression.profil: unknown field; did you mean profile?\n`,
    )
    expect(ended.stdout.toString()).toContain(`${file}:7: spec.compression.mode: `)
    expect(ended.stderr).toBe('2 mistakes\n')
    expect(ended.code).toBe(1)
  })

  test('names the place of a text that looks like a key, and not the key', async () => {
    // In two halves, so that no scanner of repositories takes it for a key.
    const key = `sk-${'proj'}-Ab3dE6gH9jK2mN5pQ8sT`
    const file = write('key.yaml', good.replace('spec: {}', `spec: { compression: { excludeTools: [${key}] } }`))
    const ended = await runCli(['policy', 'check', file])
    const mistake = 'spec.compression.excludeTools[0]: holds what looks like a key; take it out and rotate it'
    expect(ended.stdout.toString()).toBe(`${file}: ${mistake}\n`)
    expect(ended.code).toBe(1)
    const named = write('named.yaml', good.replace('good', key.toLowerCase()))
    expect((await runCli(['policy', 'check', named])).stdout.toString()).toMatch(
      /metadata\.name: holds what looks like/,
    )
  })

  test('takes several files and folders, and tells programs the same', async () => {
    const policies = join(folder, 'policies')
    mkdirSync(policies)
    write('policies/one.yaml', good)
    write(
      'policies/two.json',
      JSON.stringify({ apiVersion: 'm2m.io/v1alpha1', kind: 'M2MPolicy', metadata: { name: 'two' }, spec: {} }),
    )
    write('policies/README.md', 'not a policy')
    const empty = write('empty.yaml', '# nothing yet\n')
    const ended = await runCli(['policy', 'check', '--json', policies, empty])
    const { policies: found, problems } = JSON.parse(ended.stdout.toString())
    expect(found.map(({ name }: { name: string }) => name)).toEqual(['good', 'two'])
    expect(problems).toEqual([{ file: empty, path: '', message: 'holds no M2MPolicy' }])
  })

  test('skips objects of other kinds, in a file and in a folder, but nothing that is meant to be a policy', async () => {
    mkdirSync(join(folder, 'mixed'))
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: app }\n'
    write('mixed/app.yaml', deployment)
    const both = write('mixed/both.yaml', `${deployment}---\n${good}`)
    const ended = await runCli(['policy', 'check', join(folder, 'mixed')])
    expect([ended.stdout.toString(), ended.code]).toEqual([expect.stringContaining(`${both}: good: ok\n`), 0])
    const typo = write('mixed/typo.yaml', good.replace('M2MPolicy', 'M2MPolicies'))
    const refused = await runCli(['policy', 'check', join(folder, 'mixed')])
    expect([refused.stdout.toString(), refused.code]).toEqual([expect.stringContaining(`${typo}:2: kind`), 1])
    const alone = write('app.yaml', deployment)
    const none = await runCli(['policy', 'check', alone])
    expect([none.stdout.toString(), none.code]).toEqual([`${alone}: holds no M2MPolicy\n`, 1])
    mkdirSync(join(folder, 'others'))
    write('others/app.yaml', deployment)
    const others = await runCli(['policy', 'check', join(folder, 'others')])
    expect([others.stdout.toString(), others.code]).toEqual([`${join(folder, 'others')}: holds no M2MPolicy\n`, 1])
  })

  test('refuses a folder without a policy file', async () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    const { stderr, code } = await runCli(['policy', 'check', empty])
    expect([stderr, code]).toEqual([`m2m: ${empty} holds no policy file (*.yaml, *.yml, *.json)\n`, 1])
  })

  test('accepts a field that has no effect, with a note', async () => {
    const idle = good.replace('spec: {}', 'spec:\n  compression:\n    mode: Disabled\n    holdoutPercent: 10')
    const file = write('idle.yaml', idle)
    const ended = await runCli(['policy', 'check', file])
    expect(ended.stdout.toString()).toBe(
      [
        `${file}: good: ok`,
        `${file}:7: spec.compression.holdoutPercent: has no effect: sessions are held out only with mode Enforce (note)`,
        `${file}: ${HELD} (note)\n`,
      ].join('\n'),
    )
    expect([ended.stderr, ended.code]).toEqual(['', 0])
    const { problems, notes } = JSON.parse((await runCli(['policy', 'check', '--json', file])).stdout.toString())
    expect([problems, notes.length]).toEqual([[], 2])
  })

  test('accepts the example', async () => {
    const ended = await runCli(['policy', 'check', 'examples'], { cwd: join(import.meta.dirname, '../..') })
    const [ok, note, ...more] = ended.stdout.toString().trim().split('\n')
    expect(ok).toBe('examples/m2mpolicy.yaml: agents: ok')
    expect(note).toMatch(/^examples\/m2mpolicy\.yaml: spec: an edit of spec\.compression\.mode, .* \(note\)$/)
    expect(more).toEqual([])
    expect(ended.code).toBe(0)
  })

  test('PC-7: tells from the policy in force what changes, and from when on', async () => {
    const old = write('old.yaml', good)
    const edited = good.replace(
      'spec: {}',
      'spec: { compression: { profile: Balanced, unpin: true, excludeTools: [] } }',
    )
    const file = write('new.yaml', edited)
    const ended = await runCli(['policy', 'check', file, '--against', old])
    expect(ended.stdout.toString().trim().split('\n')).toEqual([
      `${file}: good: ok`,
      `${file}:4: spec.compression.unpin: counts once, when it is switched on: take it out again after that (note)`,
      `${file}: spec.compression.profile: Safe -> Balanced; holds for new results only: those that the model has answered keep their form (change)`,
      `${file}: spec.compression.excludeTools: another list; holds for new results only: those that the model has answered keep their form (change)`,
      `${file}: spec.compression.unpin: false -> true; counts once, when it is switched on: each live conversation that was rewritten breaks then (change)`,
      `${file}: spec.cache.mode: Audit -> Auto; holds from the next call on (change)`,
    ])
    expect([ended.stderr, ended.code]).toEqual(['', 0])
    const back = await runCli(['policy', 'check', old, '--against', file])
    expect(back.stdout.toString()).toContain(
      'spec.compression.unpin: true -> false; changes no call: it can be switched on again (change)\n',
    )
    const json = await runCli(['policy', 'check', '--json', '--against', old, file])
    const { edits } = JSON.parse(json.stdout.toString())
    expect(edits[0].changes[0]).toEqual({
      path: 'spec.compression.profile',
      before: 'Safe',
      after: 'Balanced',
      effect: 'new results',
    })
  })

  test('compares with the policy of the same name, and refuses one in force that is wrong', async () => {
    const both = write('both.yaml', `${good.replace('good', 'one')}---\n${good.replace('good', 'two')}`)
    const edited = write('edited.yaml', good.replace('good', 'two').replace('{}', '{ failureMode: Closed }'))
    const ended = await runCli(['policy', 'check', edited, '--against', both])
    expect(ended.stdout.toString()).toBe(
      `${edited}: two: ok\n${edited}: spec.failureMode: Open -> Closed; holds from the next call on (change)\n`,
    )
    const same = await runCli(['policy', 'check', both, '--against', both])
    expect(same.stdout.toString()).toContain(`${both}: one: nothing changes (change)\n`)
    const broken = await runCli(['policy', 'check', edited, '--against', write('broken.yaml', bad)])
    expect([broken.stderr, broken.code]).toEqual(['2 mistakes\n', 1])
  })

  test('says which file is not there', async () => {
    const ended = await runCli(['policy', 'check', 'nowhere.yaml'])
    expect(ended.stderr).toBe('m2m: cannot read nowhere.yaml: there is no such file or folder\n')
    expect(ended.code).toBe(1)
  })
})
