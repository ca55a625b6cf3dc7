/** Programs of Debian that the tests here run, installed where they are missing. */
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'

/** By the name of the package, the program that it is wanted for. */
export type Programs = Readonly<Record<string, string>>

/** Asked by Debian before it starts the services of a package that was just installed. */
const policy = '/usr/sbin/policy-rc.d'
const startNothing = '#!/bin/sh\nexit 101\n'

/** A reason that whoever runs the tests can mend. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
}

/**
 * Installs the packages whose programs are not there; touches nothing when all are.
 *
 * @throws {InstallError} when something is missing and cannot be installed, with what to do.
 */
export function installMissing(programs: Programs): void {
  const missing = Object.keys(programs).filter((name) => !existsSync(programs[name] ?? ''))
  if (missing.length === 0) return
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new InstallError(
      `Cannot run: ${missing.join(', ')} of Debian are missing, and only root can install them.
Run this first: sudo ${command}`,
    )
  }
  console.log(`Installing ${missing.join(', ')}`)
  try {
    aptGet('update')
    withoutStartingServices(() => aptGet('install', '--yes', '--no-install-recommends', ...missing))
  } catch (error) {
    throw new InstallError(`Cannot install ${missing.join(', ')}: ${command} failed`, {
      cause: error,
    })
  }
}

function aptGet(...args: readonly string[]): void {
  execFileSync('/usr/bin/apt-get', ['-q', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

/** A policy that is there already is somebody's, and stays. */
function withoutStartingServices(install: () => void): void {
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, startNothing, { mode: 0o755 })
  try {
    install()
  } finally {
    if (ours) rmSync(policy)
  }
}
