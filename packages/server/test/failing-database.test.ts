/** A PostgreSQL that ends its connections under load: who hears of it, and what goes on. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { openDatabase } from '@vitrine/records'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { startTestService, type TestService } from './start-test-service.ts'

const outages = 10
const clients = 8

describePostgres('a service whose connections to PostgreSQL are ended again and again', () => {
  test('answers or says 503, loses nothing that it answered, and goes on', async () => {
    const url = await freshPostgresDatabase()
    await using service = await startTestService({ VITRINE_DATABASE__URL: url })
    await using beside = await openDatabase(url)
    let isOver = false
    const created: string[] = []
    const statuses = new Set<number>()
    const useIt = async () => {
      while (!isOver) {
        const made = await ask(service, 'POST', '/v2/images')
        if (made.status === 201) created.push(JSON.parse(made.text).id)
        const latest = created.at(-1)
        const shown = await ask(service, 'GET', latest ? `/v2/images/${latest}` : '/v2/images')
        for (const { status } of [made, shown]) statuses.add(status)
      }
    }
    const uses = Promise.all(Array.from({ length: clients }, useIt))
    for (let i = 0; i < outages; i++) {
      await sleep(200)
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
      `.execute(beside.read)
    }
    isOver = true
    await uses

    expect([...statuses].toSorted()).toEqual([200, 201, 503])
    // Connections that were idle when they were ended may each be found out by one more request.
    const works = async () => (await ask(service, 'GET', '/v2/images')).status
    await expect.poll(works).toBe(200)
    for (const id of created) {
      await expect
        .poll(async () => (await ask(service, 'GET', `/v2/images/${id}`)).status)
        .toBe(200)
    }
    expect(service.complaints.join('\n')).toContain('Cannot use the database')
  })
})

/** The test client fails at any 5xx; here some are expected. */
async function ask({ url, accounts }: TestService, method: string, path: string) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-auth-token': accounts.tokenOf('own'), 'content-type': 'application/json' },
    ...(method === 'POST' && { body: '{}' }),
  })
  return { status: answer.status, text: await answer.text() }
}
