/** Another revision of this project, built once into the user's cache and found there the next time. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Build {
  readonly sha: string
  /** `563f842 test(compress): ...` */
  readonly title: string
  /** The folder with its bin and dist. */
  readonly root: string
}

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'm2m', 'builds')

/**
 * Takes the files from Git, installs the packages that the revision has locked, and builds with this process's Node.js.
 *
 * @throws Error with a message for the person who named the revision
 */
export function buildRevision(revision: string): Build {
  const sha = resolve(revision)
  const title = git(['log', '-1', '--format=%h %s', sha])
  const root = join(CACHE, `${sha}-node-${process.version}-${process.arch}`)
  if (!existsSync(root)) build(sha, root)
  return { sha, title, root }
}

/** The build of this working tree, which may have changes that no commit has. */
export function workingTree(): Build {
  const sha = git(['rev-parse', 'HEAD'])
  const isChanged = git(['status', '--porcelain', '--untracked-files=no']) !== ''
  return { sha, title: `${git(['log', '-1', '--format=%h %s'])}${isChanged ? ', with changes' : ''}`, root: '.' }
}

function resolve(revision: string): string {
  const run = spawnSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  if (run.error !== undefined) throw new Error('BASE needs git in the PATH')
  const sha = run.stdout.toString().trim()
  if (run.status === 0 && sha !== '') return sha
  const isShallow = spawnSync('git', ['rev-parse', '--is-shallow-repository']).stdout.toString().trim() === 'true'
  const advice = isShallow ? 'this clone is shallow: run git fetch --unshallow' : 'name a commit, tag or branch'
  throw new Error(`BASE=${revision}: no such revision in this repository; ${advice}`)
}

function git(args: readonly string[]): string {
  return spawnSync('git', args).stdout.toString().trim()
}

/** Builds beside `root` and moves the whole into place, so that a build that was cut short is never found. */
function build(sha: string, root: string): void {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'building-'))
  console.error(`building ${sha.slice(0, 7)} into ${root} (once)`)
  try {
    run('take the files from Git', 'sh', ['-c', 'git archive "$1" | tar -x -C "$2"', 'sh', sha, folder])
    run('install its packages', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], folder)
    run('build it', process.execPath, ['scripts/build.ts'], folder)
    // dist is complete by itself: 19 MB, where the packages take 380.
    rmSync(join(folder, 'node_modules'), { recursive: true })
    renameSync(folder, root)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(what: string, program: string, args: readonly string[], cwd?: string): void {
  // Nothing but results goes to stdout.
  const { status } = spawnSync(program, args, { cwd, stdio: ['ignore', process.stderr, 'inherit'] })
  if (status !== 0) throw new Error(`cannot ${what}: ${program} exited with ${status}`)
}
