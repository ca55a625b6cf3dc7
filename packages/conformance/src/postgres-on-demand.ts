/**
 * One PostgreSQL for a whole run of the tests, started when the first test asks for a database.
 *
 * Vitest runs this file once, before all test files and in a process of its own, and ends it after
 * the last. A run that needs no PostgreSQL pays for one listening socket and nothing else.
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { TestProject } from 'vitest/node'
import type { Postgres } from './start-postgres.ts'

export default async function postgresOnDemand(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<Postgres> | undefined
  async function giveDatabase(response: ServerResponse): Promise<void> {
    starting ??= import('./start-postgres.ts').then(({ startPostgres }) => startPostgres())
    try {
      response.end(await (await starting).createDatabase())
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  }

  const secretPath = `/${randomUUID()}` // other users of this machine can reach the port too
  const server = createServer((request, response) => {
    if (request.url === secretPath) void giveDatabase(response)
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  project.provide('postgresOnDemandUrl', `http://127.0.0.1:${port}${secretPath}`)

  return async () => {
    server.close()
    server.closeAllConnections()
    const postgres = await starting?.catch(() => undefined)
    await postgres?.stop()
  }
}
