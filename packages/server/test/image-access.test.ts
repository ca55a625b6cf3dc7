/** The service, held over HTTP to the same tables of access as the core. */
import {
  type AccessHarness,
  type Caller,
  consumers,
  describeAccess,
  describeListAccess,
  type ImageKind,
  type ListHarness,
  type ProjectName,
} from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import type { Answer } from './http-client.ts'
import { createImage, octets, patch, patchV21, share, upload } from './image-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'

const settingsFor = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({ VITRINE_DATABASE__URL: await freshPostgresDatabase() }),
}

function describeOn(database: keyof typeof settingsFor): void {
  describeAccess(`The service on ${database}`, async () =>
    accessHarness(await startTestService(await settingsFor[database]())),
  )
  describeListAccess(`The service on ${database}`, async () =>
    listHarness(await startTestService(await settingsFor[database]())),
  )
}

describeOn('SQLite')
describePostgres('with a server', () => describeOn('PostgreSQL'))

function accessHarness(service: TestService): AccessHarness {
  return {
    newImage: (kind) => newImage(service, kind),
    async attempt(caller, operation, imageId) {
      const attempt = attempts[operation]
      if (attempt === undefined) throw new Error(`There is no operation ${operation}`)
      const [method, path, body] = attempt(service, caller)
      const answer = await service.ask(method, `/v2/images/${imageId}${path}`, {
        as: caller.name,
        headers: method === 'PATCH' ? { 'content-type': patchV21 } : octets,
        body,
      })
      const whose =
        operation === 'list members' ? await whoseList(service, caller, imageId, answer) : ''
      return `${answer.status}${whose}`
    },
    async lookAt(imageId) {
      const image = await service.ask('GET', `/v2/images/${imageId}`, { as: 'adm' })
      const members = await service.ask('GET', `/v2/images/${imageId}/members`, { as: 'adm' })
      return [image.body, members.status, members.body]
    },
    close: async () => service[Symbol.asyncDispose](),
  }
}

/** `someone` is a project that nobody of the tables speaks for; it need not exist. */
const idOf = (service: TestService, project: ProjectName | 'someone') =>
  project === 'someone' ? 'someone' : service.accounts.projectId(project)

async function newImage(service: TestService, kind: ImageKind): Promise<string> {
  const id = await createImage(service, { tags: ['kept'] })
  if (kind.status !== 'queued') await upload(service, id, 'data')
  for (const [project, status] of consumers) {
    await share(service, id, idOf(service, project))
    await service.ask('PUT', `/v2/images/${id}/members/${idOf(service, project)}`, {
      as: 'adm',
      body: { status },
    })
  }
  if (kind.ownerIsMember) await share(service, id, idOf(service, 'producer'))
  const removed = idOf(service, 'removed')
  await share(service, id, removed)
  await service.ask('DELETE', `/v2/images/${id}/members/${removed}`)
  if (kind.status === 'deactivated') {
    await service.ask('POST', `/v2/images/${id}/actions/deactivate`)
  }
  const owner = kind.owner === null ? null : idOf(service, kind.owner)
  const changes = [
    { op: 'replace', path: '/visibility', value: kind.visibility },
    { op: 'replace', path: '/owner', value: owner },
  ]
  await patch(service, id, changes, { as: 'adm' })
  return id
}

type Request = readonly [method: string, path: string, body?: unknown]

const answer = { status: 'rejected' }
const replace = (name: string, value: unknown) => [{ op: 'replace', path: `/${name}`, value }]
const itself = (service: TestService, { project }: Caller) => idOf(service, project)

const attempts: Record<string, (service: TestService, caller: Caller) => Request> = {
  show: () => ['GET', ''],
  download: () => ['GET', '/file'],
  'list members': () => ['GET', '/members'],
  'show itself': (...who) => ['GET', `/members/${itself(...who)}`],
  'show another member': () => ['GET', '/members/someone'],
  'show no member': () => ['GET', '/members/nobody'],
  'add a member': () => ['POST', '/members', { member: 'newcomer' }],
  'add a member again': () => ['POST', '/members', { member: 'someone' }],
  'add itself again': (...who) => ['POST', '/members', { member: itself(...who) }],
  'answer for itself': (...who) => ['PUT', `/members/${itself(...who)}`, answer],
  'answer for another': () => ['PUT', '/members/someone', answer],
  'answer for no member': () => ['PUT', '/members/nobody', answer],
  'remove itself': (...who) => ['DELETE', `/members/${itself(...who)}`],
  'remove another': () => ['DELETE', '/members/someone'],
  'remove no member': () => ['DELETE', '/members/nobody'],
  rename: () => ['PATCH', '', replace('name', 'renamed')],
  publish: () => ['PATCH', '', replace('visibility', 'public')],
  'make community': () => ['PATCH', '', replace('visibility', 'community')],
  'make private': () => ['PATCH', '', replace('visibility', 'private')],
  'give away': () => ['PATCH', '', replace('owner', 'stranger')],
  'add a tag': () => ['PUT', '/tags/new'],
  'delete a tag': () => ['DELETE', '/tags/kept'],
  'delete a missing tag': () => ['DELETE', '/tags/missing'],
  upload: () => ['PUT', '/file', 'more'],
  deactivate: () => ['POST', '/actions/deactivate'],
  reactivate: () => ['POST', '/actions/reactivate'],
  delete: () => ['DELETE', ''],
}

async function whoseList(
  service: TestService,
  caller: Caller,
  imageId: string,
  answer: Answer,
): Promise<string> {
  if (answer.status !== 200) return ''
  const ids = (body: { members: { member_id: string }[] }) =>
    body.members.map(({ member_id }) => member_id).join()
  const all = await service.ask('GET', `/v2/images/${imageId}/members`, { as: 'adm' })
  if (ids(answer.body) === ids(all.body)) return ' all'
  return ids(answer.body) === itself(service, caller) ? ' own' : ` of ${ids(answer.body)}`
}

/** The consumer of the list tables is `accepted` of the access tables; the producer is `stranger`. */
function listHarness(service: TestService): ListHarness {
  const owners = { consumer: 'accepted', producer: 'stranger', cloud: 'cloud' } as const
  const listers = { consumer: 'mem, accepted', admin: 'adm', 'role-less': 'svc' } as const
  const consumer = idOf(service, owners.consumer)
  return {
    async keep({ name, owner, visibility, hidden, answer: status }) {
      const ownerId = owner === null ? null : idOf(service, owners[owner])
      const fields = { name, owner: ownerId, os_hidden: hidden }
      const id = await createImage(service, fields, 'adm')
      if (status !== undefined) {
        const members = `/v2/images/${id}/members`
        await service.ask('POST', members, { as: 'adm', body: { member: consumer } })
        await service.ask('PUT', `${members}/${consumer}`, { as: 'adm', body: { status } })
      }
      await patch(service, id, replace('visibility', visibility), { as: 'adm' })
    },
    async list(caller, { visibility, memberStatus, hidden, owner }) {
      const query = new URLSearchParams({
        limit: '1000',
        ...(visibility && { visibility }),
        ...(memberStatus && { member_status: memberStatus }),
        ...(hidden !== undefined && { os_hidden: String(hidden) }),
        ...(owner && { owner: idOf(service, owners[owner]) }),
      })
      const { status, body } = await service.ask('GET', `/v2/images?${query}`, {
        as: listers[caller],
      })
      if (status !== 200) return String(status)
      return body.images.map((image: { name: string }) => image.name)
    },
    close: async () => service[Symbol.asyncDispose](),
  }
}
