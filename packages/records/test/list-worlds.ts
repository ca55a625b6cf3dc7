/**
 * Random worlds of projects, images and members, and random questions to ask of their lists.
 *
 * Values come from a few, so that images tie, filters match, and markers stand where filters leave
 * them out. Some images are deleted again, and some members removed: no list may show them.
 */
import { someImage } from '@vitrine/conformance'
import {
  type Image,
  type ImageFilter,
  memberStatuses,
  sortFields,
  visibilities,
} from '@vitrine/core'
import fc from 'fast-check'

export const projects = ['p0', 'p1', 'p2'] as const

export type WorldMember = {
  readonly projectId: string
  readonly status: (typeof memberStatuses)[number]
  readonly removed: boolean
}

export type WorldImage = {
  readonly image: Image
  readonly members: readonly WorldMember[]
  readonly deleted: boolean
}

const texts = [null, '', 'a', 'A', 'ab', 'é', '～', '𝒳']
const tags = ['', 'a', 'A', '𝒳']
const propertyNames = ['__proto__', 'os_distro', '']
const propertyValues = ['', 'a', '𝒳']
const numbers = [0, 1, 2 ** 40]
const times = [0, 1, 999, 1000, 86_400_000].map((ms) => new Date(Date.UTC(2030, 0, 1) + ms))
const statuses = ['queued', 'saving', 'active', 'deactivated'] as const

const time = fc.constantFrom(...times)
const maybeText = fc.constantFrom(...texts)
const maybeNumber = fc.constantFrom(null, ...numbers)

const image = fc
  .record({
    id: fc.uuid(),
    name: maybeText,
    owner: fc.constantFrom(null, ...projects),
    visibility: fc.constantFrom(...visibilities),
    status: fc.constantFrom(...statuses),
    protected: fc.boolean(),
    // Some, or every list would be short.
    hidden: fc.constantFrom(false, false, false, true),
    diskFormat: maybeText,
    containerFormat: maybeText,
    minDiskGib: fc.constantFrom(0, 1),
    minRamMib: fc.constantFrom(0, 1),
    sizeBytes: maybeNumber,
    virtualSizeBytes: maybeNumber,
    checksum: maybeText,
    multihash: fc.option(
      fc.record({ algorithm: fc.constantFrom('sha512', 'a'), value: fc.constantFrom('a', 'b') }),
    ),
    tags: fc.subarray(tags),
    properties: fc
      .uniqueArray(
        fc.tuple(fc.constantFrom(...propertyNames), fc.constantFrom(...propertyValues, null)),
        { selector: ([name]) => name },
      )
      .map((entries) => new Map(entries)),
    createdAt: time,
    updatedAt: time,
  })
  .map(someImage)

const member: fc.Arbitrary<WorldMember> = fc.record({
  projectId: fc.constantFrom(...projects),
  status: fc.constantFrom(...memberStatuses),
  removed: fc.constantFrom(false, false, false, true),
})

export const world: fc.Arbitrary<readonly WorldImage[]> = fc.uniqueArray(
  fc.record({
    image,
    members: fc.uniqueArray(member, { selector: ({ projectId }) => projectId }),
    deleted: fc.constantFrom(false, false, false, false, false, true),
  }),
  { minLength: 1, maxLength: 40, size: 'max', selector: (one) => one.image.id },
)

const filter: fc.Arbitrary<ImageFilter> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    field: fc.constantFrom(
      'name' as const,
      'status',
      'owner',
      'containerFormat',
      'diskFormat',
      'checksum',
      'hashAlgorithm',
      'hashValue',
    ),
    oneOf: fc.subarray(['', 'a', '𝒳', 'p0', 'p1', 'active', 'queued', 'sha512'], { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('number' as const),
    field: fc.constantFrom('sizeBytes' as const, 'virtualSizeBytes', 'minDiskGib', 'minRamMib'),
    is: fc.constantFrom('equal' as const, 'at-least', 'at-most'),
    value: fc.constantFrom(...numbers),
  }),
  fc.record({
    kind: fc.constant('time' as const),
    field: fc.constantFrom('createdAt' as const, 'updatedAt'),
    is: fc.constantFrom('gt' as const, 'gte', 'lt', 'lte', 'eq', 'neq'),
    value: time,
  }),
  fc.record({ kind: fc.constant('protected' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('tag' as const), tag: fc.constantFrom(...tags) }),
  fc.record({
    kind: fc.constant('property' as const),
    name: fc.constantFrom(...propertyNames),
    value: fc.constantFrom(...propertyValues),
  }),
)

export const question = fc.record(
  {
    caller: fc.record({ projectId: fc.constantFrom(...projects), isAdmin: fc.boolean() }),
    visibility: fc.constantFrom(...visibilities, 'all' as const),
    memberStatus: fc.constantFrom(...memberStatuses, 'all' as const),
    hidden: fc.constantFrom(false, false, false, true),
    // Mostly none: what is shown to whom matters most.
    filters: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(filter, { minLength: 1, maxLength: 2 }) },
    ),
    sort: fc.uniqueArray(
      fc.record({
        field: fc.constantFrom(...sortFields),
        direction: fc.constantFrom('asc' as const, 'desc'),
      }),
      { maxLength: 3, selector: ({ field }) => field },
    ),
    limit: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: ['caller', 'hidden', 'filters', 'sort', 'limit'] },
)
export type Question = typeof question extends fc.Arbitrary<infer T> ? T : never
