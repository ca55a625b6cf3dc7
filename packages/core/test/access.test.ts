/** The use-cases of the core, held to the tables of access on a small real database. */
import {
  type AccessHarness,
  type Caller,
  consumers,
  describeAccess,
  describeListAccess,
  type ImageKind,
  type ListCaller,
  type ListedImage,
  type ListHarness,
  someImage,
  someMember,
} from '@vitrine/conformance'
import {
  type Actor,
  type ErrorCode,
  type ImageEdit,
  type ImageFields,
  type Member,
  VitrineError,
} from '../src/index.ts'
import { actor, bytesOf, sqliteWorld, type World } from './sqlite-world.ts'

const statusOf: Record<ErrorCode, string> = {
  invalid: '400',
  unauthorized: '401',
  forbidden: '403',
  'not-found': '404',
  conflict: '409',
  gone: '410',
  'too-large': '413',
  'wrong-content': '415',
  'out-of-range': '416',
  'too-many': 'too many',
  unavailable: '503',
}

/** The tables speak in status codes; the core refuses in codes of its own. */
async function statusOrResult<T>(attempt: () => Promise<T>): Promise<T | string> {
  try {
    return await attempt()
  } catch (error) {
    if (error instanceof VitrineError) return statusOf[error.code]
    throw error
  }
}

describeAccess('The core', async () => {
  const world = await sqliteWorld()
  return {
    newImage: (kind) => keepImage(world, kind),
    async attempt(caller, operation, imageId) {
      const attempt = attempts[operation]
      if (attempt === undefined) throw new Error(`There is no operation ${operation}`)
      return statusOrResult(async () => {
        const who = actor(caller.project, ...caller.roles)
        const result = await attempt({ world, who, imageId, caller })
        return result === undefined ? 'done' : `done ${result}`
      })
    },
    async lookAt(imageId) {
      return [await world.records.findImage(imageId), await world.records.listMembers(imageId)]
    },
    close: () => world.close(),
  } satisfies AccessHarness
})

async function keepImage(world: World, kind: ImageKind): Promise<string> {
  const { records, objects } = world
  const hasData = kind.status !== 'queued'
  const key = crypto.randomUUID()
  if (hasData) await objects.put(key, bytesOf('data'))
  const image = someImage({
    ...kind,
    diskFormat: 'raw',
    containerFormat: 'bare',
    tags: ['kept'],
    locations: hasData ? [{ storeId: 'files', key, metadata: {} }] : [],
    sizeBytes: hasData ? 4 : null,
  })
  const members = [
    ...consumers,
    ...(kind.ownerIsMember === true ? [['producer', 'pending'] as const] : []),
  ]
  await records.write(async (transaction) => {
    await transaction.insertImage(image)
    for (const [projectId, status] of members) {
      await transaction.insertMember(someMember(image.id, { projectId, status }))
    }
    await transaction.insertMember(someMember(image.id, { projectId: 'removed' }))
    await transaction.deleteMember(image.id, 'removed', new Date())
  })
  return image.id
}

type Attempt = {
  readonly world: World
  readonly who: Actor
  readonly imageId: string
  readonly caller: Caller
}

const attempts: Record<string, (attempt: Attempt) => Promise<string | undefined>> = {
  show: async ({ world, who, imageId }) => {
    await world.images.show(who, imageId)
    return undefined
  },
  download: async ({ world, who, imageId }) => {
    await world.downloads.download(who, imageId)
    return undefined
  },
  'list members': async ({ world, who, imageId, caller }) => {
    const listed = await world.members.list(who, imageId)
    return whose(listed, await world.records.listMembers(imageId), caller.project)
  },
  'show itself': showMember(({ caller }) => caller.project),
  'show another member': showMember(() => 'someone'),
  'show no member': showMember(() => 'nobody'),
  'add a member': addMember(() => 'newcomer'),
  'add a member again': addMember(() => 'someone'),
  'add itself again': addMember(({ caller }) => caller.project),
  'answer for itself': answer(({ caller }) => caller.project),
  'answer for another': answer(() => 'someone'),
  'answer for no member': answer(() => 'nobody'),
  'remove itself': removeMember(({ caller }) => caller.project),
  'remove another': removeMember(() => 'someone'),
  'remove no member': removeMember(() => 'nobody'),
  rename: edit({ name: 'renamed' }),
  publish: edit({ visibility: 'public' }),
  'make community': edit({ visibility: 'community' }),
  'make private': edit({ visibility: 'private' }),
  'give away': edit({ owner: 'stranger' }),
  'add a tag': async ({ world, who, imageId }) => {
    await world.images.addTag(who, imageId, 'new')
    return undefined
  },
  'delete a tag': async ({ world, who, imageId }) => {
    await world.images.deleteTag(who, imageId, 'kept')
    return undefined
  },
  'delete a missing tag': async ({ world, who, imageId }) => {
    await world.images.deleteTag(who, imageId, 'missing')
    return undefined
  },
  upload: async ({ world, who, imageId }) => {
    await world.uploads.upload(who, imageId, {
      bytes: bytesOf('more'),
      announcedBytes: undefined,
    })
    return undefined
  },
  deactivate: async ({ world, who, imageId }) => {
    await world.images.deactivate(who, imageId)
    return undefined
  },
  reactivate: async ({ world, who, imageId }) => {
    await world.images.reactivate(who, imageId)
    return undefined
  },
  delete: async ({ world, who, imageId }) => {
    await world.images.delete(who, imageId)
    return undefined
  },
}

type Target = (attempt: Attempt) => string

function showMember(target: Target) {
  return async (attempt: Attempt) => {
    await attempt.world.members.show(attempt.who, attempt.imageId, target(attempt))
    return undefined
  }
}

function addMember(target: Target) {
  return async (attempt: Attempt) => {
    await attempt.world.members.create(attempt.who, attempt.imageId, target(attempt))
    return undefined
  }
}

function answer(target: Target) {
  return async (attempt: Attempt) => {
    await attempt.world.members.answer(attempt.who, attempt.imageId, target(attempt), 'rejected')
    return undefined
  }
}

function removeMember(target: Target) {
  return async (attempt: Attempt) => {
    await attempt.world.members.delete(attempt.who, attempt.imageId, target(attempt))
    return undefined
  }
}

function edit(fields: Partial<ImageFields>) {
  const edits: ImageEdit[] = [{ kind: 'set-fields', fields }]
  return async ({ world, who, imageId }: Attempt) => {
    await world.images.update(who, imageId, edits)
    return undefined
  }
}

function whose(listed: readonly Member[], all: readonly Member[], project: string): string {
  const ids = listed.map(({ projectId }) => projectId)
  if (ids.join() === all.map(({ projectId }) => projectId).join()) return 'all'
  return ids.length === 1 && ids[0] === project ? 'own' : `of ${ids.join()}`
}

const listers: Record<ListCaller, Actor> = {
  consumer: actor('consumer', 'member', 'reader'),
  admin: actor('cloud', 'admin', 'member', 'reader'),
  'role-less': actor('consumer', 'service'),
}

describeListAccess('The core', async () => {
  const world = await sqliteWorld()
  return {
    keep: (image) => keepListed(world, image),
    list: (caller, { hidden = false, owner, ...choice }) =>
      statusOrResult(async () => {
        const images = await world.images.list(listers[caller], {
          ...choice,
          hidden,
          filters: owner === undefined ? [] : [{ kind: 'text', field: 'owner', oneOf: [owner] }],
          sort: [],
          limit: 1000,
        })
        return images.map(({ name }) => name)
      }),
    close: () => world.close(),
  } satisfies ListHarness
})

async function keepListed({ records }: World, listed: ListedImage): Promise<void> {
  const { answer: status, ...fields } = listed
  const image = someImage(fields)
  await records.write(async (transaction) => {
    await transaction.insertImage(image)
    if (status !== undefined) {
      await transaction.insertMember(someMember(image.id, { projectId: 'consumer', status }))
    }
  })
}
