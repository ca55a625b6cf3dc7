/** Accounts on an empty database of their own, with a clock that the test holds and cheap hashes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccountRecords, Role } from '@vitrine/core'
import { accountRecords, openDatabase } from '@vitrine/records'
import { onTestFinished } from 'vitest'
import { LocalAccounts } from '../src/index.ts'

export const cheap = { logN: 1, blockSize: 1, parallelization: 1 }

export class HeldClock {
  #now = new Date('2030-01-01T12:00:00.123Z')

  now(): Date {
    return this.#now
  }

  passSeconds(seconds: number): void {
    this.#now = new Date(this.#now.getTime() + seconds * 1000)
  }
}

export async function openAccounts() {
  const directory = await mkdtemp(join(tmpdir(), 'accounts-'))
  const database = await openDatabase(`sqlite:${join(directory, 'vitrine.db')}`)
  onTestFinished(async () => {
    await database[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })
  const records: AccountRecords = accountRecords(database)
  const clock = new HeldClock()
  /** As another process would open them. */
  const open = () => LocalAccounts.open({ records, clock, passwordCost: cheap })
  return { accounts: await open(), records, clock, open }
}

/** A user who holds a role on a project, and can log in with the password `right`. */
export async function someone(accounts: LocalAccounts, role: Role = 'member') {
  const project = await accounts.createProject({ name: 'lab' })
  const user = await accounts.createUser({ name: 'ada', password: 'right' })
  await accounts.records.assignRole({ userId: user.id, projectId: project.id, role })
  const scope = { kind: 'project', project: { id: project.id } } as const
  const logIn = () => accounts.tokens.issueForPassword({ id: user.id }, 'right', scope)
  return { user, project, scope, logIn }
}
