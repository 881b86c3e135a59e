import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { commandPage } from '../../src/cli/help.ts'
import { parseFlags, wholeNumber } from '../../src/cli/usage.ts'
import { runCli } from './run-cli.ts'

const OPTIONS = {
  json: { type: 'boolean', about: 'for programs' },
  model: { type: 'string', value: 'NAME', about: 'a model' },
  profile: { type: 'string', choices: ['Safe', 'Balanced'], about: 'how far to go' },
  upstream: { type: 'string', value: 'URL', isRepeatable: true, about: 'where to' },
} as const

describe('flags', () => {
  test('are read with their values, in any order with the operands', () => {
    const { values, operands } = parseFlags(
      ['a.json', '--json', '--model=gpt-4o', '--upstream', 'a', '--upstream', 'b'],
      OPTIONS,
      '[FILE]',
    )
    expect(values).toEqual({ json: true, model: 'gpt-4o', upstream: ['a', 'b'] })
    expect(operands).toEqual(['a.json'])
  })

  test.each([
    [['--modle', 'x'], 'unknown flag --modle (did you mean --model?)'],
    [['-x'], 'unknown flag -x'],
    [['--toString'], 'unknown flag --toString'],
    [['--model'], '--model needs a value: --model NAME'],
    [['--model', '--json'], '--model needs a value: --model NAME'],
    [['--model='], '--model needs a value: --model NAME'],
    [['--json=yes'], '--json takes no value'],
    [['--profile', 'safe'], '--profile is one of Safe, Balanced, not "safe" (did you mean Safe?)'],
    [['a', 'b'], 'unexpected argument "b"'],
  ])('%j is refused with one clear message', (args, message) => {
    expect(() => parseFlags(args, OPTIONS, '[FILE]')).toThrow(expect.objectContaining({ code: 'USAGE', message }))
  })

  test('a needed operand that is missing is named', () => {
    expect(() => parseFlags([], OPTIONS, 'FILE...')).toThrow('missing argument: FILE...')
  })

  test.each(['-1', '1.5', 'ten', '70000', '1e3', ''])('%j is not a port', (value) => {
    expect(() => wholeNumber('--port', value, { min: 0, max: 65_535 })).toThrow(/--port takes a whole number/)
  })
})

describe('the command line', () => {
  test('prints the version of the package', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
    const ended = await runCli(['version'])
    expect(ended.stdout.toString()).toBe(`m2m ${manifest.version}\n`)
    expect(ended.code).toBe(0)
  })

  test.each([
    [['vresion'], 'm2m: unknown command "vresion" (did you mean version?)'],
    [['version', '--jsno'], 'm2m: unknown flag --jsno (did you mean --json?)'],
    [[], 'usage: m2m COMMAND'],
  ])('%j is used wrongly: exit code 2, the reason on stderr, nothing on stdout', async (args, reason) => {
    const ended = await runCli(args)
    expect(ended.stderr).toContain(reason)
    expect(ended.stdout.toString()).toBe('')
    expect(ended.code).toBe(2)
  })

  test.each([[['help']], [['--help']], [['help', 'version']], [['version', '--help']], [['policy', '--help']]])(
    '%j prints help on stdout',
    async (args) => {
      const ended = await runCli(args)
      expect(ended.stdout.toString()).toMatch(/usage: m2m /)
      expect(ended.code).toBe(0)
    },
  )

  test.each(Object.keys(COMMANDS))(
    '%s has a help page with an example that names it, no line too wide',
    async (name) => {
      const page = commandPage(name, await (COMMANDS[name] as (typeof COMMANDS)[string]).load())
      expect(page).toContain(`usage: m2m ${name}`)
      expect(page).toContain(`\n  m2m ${name}`)
      for (const line of page.split('\n')) expect(line.length, line).toBeLessThanOrEqual(110)
    },
  )
})
