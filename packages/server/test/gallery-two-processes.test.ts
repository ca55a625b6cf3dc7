/** Two processes of the service on one PostgreSQL have one gallery. */
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import { expect, test } from 'vitest'
import { newPlace, type Running, start } from './start-process.ts'

describePostgres('two processes on one database', () => {
  async function startTwo() {
    const settings = { VITRINE_DATABASE__URL: await freshPostgresDatabase() }
    const first = await start(await newPlace(settings))
    const second = await start(await newPlace(settings))
    const project = await newProject(first, 'producer')
    await first.ask('PUT', `/sharing/v1/publishers/${project}`, { name: 'Acme' })
    return { first, second, newImage: () => activeImage(first, project) }
  }

  async function newProject({ ask }: Running, name: string): Promise<string> {
    const { body } = await ask('POST', '/identity/v3/projects', { project: { name } })
    return body.project.id
  }

  async function activeImage({ url, token, ask }: Running, project: string): Promise<string> {
    const fields = { owner: project, disk_format: 'raw', container_format: 'bare' }
    const { id } = (await ask('POST', '/v2/images', fields)).body
    const headers = {
      'x-auth-token': token,
      'content-type': 'application/octet-stream',
    }
    await fetch(`${url}/v2/images/${id}/file`, { method: 'PUT', headers, body: 'data' })
    return id
  }
  const publish = ({ ask }: Running, id: string, title = 'One') =>
    ask('PUT', `/sharing/v1/images/${id}/listing`, { title, os: 'Debian', architecture: 'x86_64' })
  const isShown = async ({ url }: Running, id: string) =>
    (await (await fetch(`${url}/gallery?q=debian`)).text()).includes(id)

  test('show what the other publishes, and nothing of what it takes back', async () => {
    const { first, second, newImage } = await startTwo()
    const id = await newImage()
    expect((await publish(first, id)).status).toBe(200)
    expect(await isShown(second, id)).toBe(true)
    const page = `${second.url}/gallery/images/${id}/one`
    const { headers } = await fetch(page)
    await first.ask('DELETE', `/sharing/v1/images/${id}/listing`)
    const answer = await fetch(page, { headers: { 'if-none-match': headers.get('etag') ?? '' } })
    expect([answer.status, await isShown(second, id)]).toEqual([404, false])
  })

  test('publish, delete and take names at once, and tell it all apart', async () => {
    const { first, second, newImage } = await startTwo()
    const id = await newImage()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => publish(i % 2 === 0 ? first : second, id, `Title ${i}`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const { body } = await second.ask('GET', '/sharing/v1/listings?q=title')
    expect([body.total, body.listings.length]).toEqual([1, 1])
    const { activity } = (await second.ask('GET', `/sharing/v1/images/${id}/activity`)).body
    const types = activity.map(({ type }: { type: string }) => type)
    expect(types).toEqual(['published'])

    for (let i = 0; i < 5; i++) {
      const id = await newImage()
      const [published] = await Promise.all([
        publish(first, id),
        second.ask('DELETE', `/v2/images/${id}`),
      ])
      expect([200, 404]).toContain(published.status)
      expect(await isShown(first, id)).toBe(false)
      expect((await fetch(`${first.url}/gallery/images/${id}`)).status).toBe(404)
    }

    const projects = [await newProject(first, 'a'), await newProject(first, 'b')]
    const named = await Promise.all(
      projects.map((id, i) =>
        (i === 0 ? first : second).ask('PUT', `/sharing/v1/publishers/${id}`, { name: 'Same' }),
      ),
    )
    const slugs = named.map(({ body }) => body.slug)
    expect(slugs.toSorted()).toEqual(['same', 'same-2'])
  })
})
