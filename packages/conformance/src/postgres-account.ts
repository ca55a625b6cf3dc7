/**
 * The account that PostgreSQL runs as. It refuses to run as root, so root's tests, as in most
 * containers, lend it `nobody`: an account that owns nothing and exists on every Unix.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { chown, cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** As `spawn` takes it: empty for the account that runs the tests. */
export type Account = { readonly uid?: number; readonly gid?: number }

export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  return { uid: idOf('-u'), gid: idOf('-g') }
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }))
}

export async function giveTo(account: Account, path: string): Promise<void> {
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(path, account.uid, account.gid)
  }
}

/**
 * The programs where the account can run them: where they are, or a copy in `directory` when they
 * lie beneath a directory that is closed to it, such as root's home.
 */
export async function programsFor(
  account: Account,
  programs: string,
  directory: string,
): Promise<string> {
  const postgres = join(programs, 'bin', 'postgres')
  if (spawnSync(postgres, ['--version'], { ...account, cwd: '/' }).status === 0) return programs

  const copy = join(directory, 'programs')
  await cp(programs, copy, { recursive: true, verbatimSymlinks: true })
  // Its own, so that it can remove them too.
  const entries = await readdir(copy, { recursive: true, withFileTypes: true })
  const directories = entries.filter((entry) => entry.isDirectory())
  await giveTo(account, copy)
  await Promise.all(directories.map((one) => giveTo(account, join(one.parentPath, one.name))))
  return copy
}
