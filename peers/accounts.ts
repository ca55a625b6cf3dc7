/** Users with a project each, made without a client: for tests that are about something else. */
import { AccountDesk } from '../demo/accounts.ts'
import type { PeerService } from './service.ts'
import { Terminal } from './terminal.ts'

export type PeerUser = {
  readonly projectId: string
  readonly terminal: Terminal
}

export async function openAccounts(service: PeerService): Promise<{
  readonly producer: PeerUser
  readonly consumer: PeerUser
}> {
  const desk = await AccountDesk.open(service.url, service.adminPassword)
  const open = async (name: string) => {
    const account = await desk.create(name)
    return { projectId: account.projectId, terminal: new Terminal(service, account) }
  }
  return { producer: await open('producer'), consumer: await open('consumer') }
}
