import { expect, test } from 'vitest'
import { homeFolder } from '../../src/cli/home.ts'

test('a user whom the machine does not know has no home', () => {
  const unknown = (): string => {
    throw new Error('uv_os_homedir returned ENOENT')
  }
  expect(homeFolder(unknown)).toBeUndefined()
  expect(homeFolder(() => '/home/me')).toBe('/home/me')
})
