/**
 * What a list must show, and in which order: the specification in plain TypeScript.
 *
 * It is written from the words of the Images API v2 ("List images", "Sharing"), image by image, and
 * on purpose shares nothing with the rule of the core or with any SQL. Where the two are held
 * against each other, a mistake would have to be made twice to go unseen.
 */
import type {
  Image,
  ImageFilter,
  MemberStatus,
  SortDirection,
  SortField,
  SortKey,
  Visibility,
} from '@vitrine/core'

/** An image, and what the caller has answered where the image is shared with it. */
export type Listable = { readonly image: Image; readonly answer: MemberStatus | undefined }

export type ListQuestion = {
  readonly caller: { readonly projectId: string; readonly isAdmin: boolean }
  readonly visibility?: Visibility | 'all'
  readonly memberStatus?: MemberStatus | 'all'
  readonly hidden: boolean
  readonly filters: readonly ImageFilter[]
  /** As the client asked, without what is added to tell any two images apart. */
  readonly sort: readonly SortKey[]
}

/** All that the list shows, from its first page to its last. */
export function expectedList(world: readonly Listable[], question: ListQuestion): Image[] {
  return world
    .filter((one) => isShown(one, question))
    .map(({ image }) => image)
    .filter((image) => image.hidden === question.hidden)
    .filter((image) => question.filters.every((filter) => isMatch(image, filter)))
    .toSorted(byOrderOf(withTail(question.sort)))
}

/** The lists' tables of the specification, row by row. */
function isShown({ image, answer }: Listable, question: ListQuestion): boolean {
  const { caller, visibility, memberStatus = 'accepted' } = question
  const own = image.owner === caller.projectId
  if (caller.isAdmin) {
    if (visibility === 'all') return true
    if (visibility === undefined) return image.visibility !== 'community' || own
    return image.visibility === visibility
  }
  const sharedWithCaller =
    image.visibility === 'shared' &&
    !own &&
    answer !== undefined &&
    (memberStatus === 'all' || answer === memberStatus)
  if (visibility === undefined) return own || image.visibility === 'public' || sharedWithCaller
  if (visibility === 'all') {
    return (
      own || image.visibility === 'public' || image.visibility === 'community' || sharedWithCaller
    )
  }
  if (visibility === 'shared') return (own && image.visibility === 'shared') || sharedWithCaller
  if (visibility === 'private') return own && image.visibility === 'private'
  return image.visibility === visibility
}

/** Whether one filter lets the image through. What is not there matches nothing. */
export function isMatch(image: Image, filter: ImageFilter): boolean {
  switch (filter.kind) {
    case 'text': {
      const { multihash, ...fields } = image
      const texts = {
        ...fields,
        hashAlgorithm: multihash?.algorithm ?? null,
        hashValue: multihash?.value ?? null,
      }
      const text = texts[filter.field]
      return text !== null && filter.oneOf.includes(text)
    }
    case 'number': {
      const number = image[filter.field]
      if (number === null) return false
      if (filter.is === 'equal') return number === filter.value
      return filter.is === 'at-least' ? number >= filter.value : number <= filter.value
    }
    case 'time': {
      const shownMs = Math.floor(image[filter.field].getTime() / 1000) * 1000
      const askedMs = filter.value.getTime()
      const answers = {
        gt: shownMs > askedMs,
        gte: shownMs >= askedMs,
        lt: shownMs < askedMs,
        lte: shownMs <= askedMs,
        eq: shownMs === askedMs,
        neq: shownMs !== askedMs,
      }
      return answers[filter.is]
    }
    case 'protected':
      return image.protected === filter.value
    case 'tag':
      return image.tags.includes(filter.tag)
    case 'property':
      return image.properties.get(filter.name) === filter.value
  }
}

/** "created_at then id are appended when missing; direction = the single one given, or desc." */
function withTail(sort: readonly SortKey[]): SortKey[] {
  const direction = sort.length === 1 ? (sort[0]?.direction ?? 'desc') : 'desc'
  const all = [...sort]
  for (const field of ['createdAt', 'id'] as const) {
    if (!all.some((key) => key.field === field)) all.push({ field, direction })
  }
  return all
}

/** Compares two images by the keys in turn. Text goes by its bytes; nothing is the least. */
export function byOrderOf(sort: readonly SortKey[]): (a: Image, b: Image) => number {
  return (a, b) => {
    for (const { field, direction } of sort) {
      const order = compare(sortValue(a, field), sortValue(b, field))
      if (order !== 0) return signed(order, direction)
    }
    return 0
  }
}

function signed(order: number, direction: SortDirection): number {
  return direction === 'asc' ? order : -order
}

function sortValue(image: Image, field: SortField): string | number {
  const value = image[field]
  if (value instanceof Date) return value.getTime()
  if (value !== null) return value
  return field === 'sizeBytes' ? -1 : ''
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}
