/**
 * Which images to list, and how that is written in a query.
 *
 * Spec: Images API v2, "List images".
 */
import type { ImageStatus, Visibility } from './image-fields.ts'
import type { MemberStatus } from './member.ts'

/** One value; or several, of which an image must have one. */
export type OneOf<Value extends string = string> = Value | readonly Value[]

/** A moment to compare with, such as `{ gte: new Date('2026-01-01') }`. Read in whole seconds. */
export type TimeFilter =
  | { readonly gt: Date }
  | { readonly gte: Date }
  | { readonly lt: Date }
  | { readonly lte: Date }
  | { readonly eq: Date }
  | { readonly neq: Date }

const sortColumns = {
  name: 'name',
  status: 'status',
  diskFormat: 'disk_format',
  containerFormat: 'container_format',
  size: 'size',
  id: 'id',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const

type SortColumn = keyof typeof sortColumns

export type Sort = `${SortColumn}:${'asc' | 'desc'}`

/** Filters narrow the list together: an image must pass all of them. */
export type ImageQuery = {
  readonly id?: OneOf | undefined
  readonly name?: OneOf | undefined
  readonly status?: OneOf<ImageStatus> | undefined
  readonly diskFormat?: OneOf | undefined
  readonly containerFormat?: OneOf | undefined
  /**
   * Without it: own images, public ones, and those shared with the caller that it has accepted.
   * `all` adds the community's.
   */
  readonly visibility?: Visibility | 'all' | undefined
  /** Which of the images shared with the caller count, by its own answer. Default `accepted`. */
  readonly memberStatus?: MemberStatus | 'all' | undefined
  /** Project id. */
  readonly owner?: string | undefined
  /** An image must have all of them. */
  readonly tags?: readonly string[] | undefined
  readonly protected?: boolean | undefined
  /** True lists only hidden images. Default false. */
  readonly hidden?: boolean | undefined
  readonly checksum?: string | undefined
  /** In bytes, as is `maxSize`; both count as within. */
  readonly minSize?: number | undefined
  readonly maxSize?: number | undefined
  readonly createdAt?: TimeFilter | undefined
  readonly updatedAt?: TimeFilter | undefined
  /** Custom properties and the values they must have. */
  readonly properties?: Readonly<Record<string, string>> | undefined
  /** The first decides, the next breaks ties. Default `createdAt:desc`. */
  readonly sort?: Sort | readonly Sort[] | undefined
  /** Images per request; the service has a limit of its own. Default: the service's. */
  readonly pageSize?: number | undefined
}

/** @throws {TypeError} when a list of values cannot be written as a filter. */
export function imageQuery(query: ImageQuery): URLSearchParams {
  const parameters: Record<string, string | undefined> = {
    ...query.properties,
    id: oneOf(query.id),
    name: oneOf(query.name),
    status: oneOf(query.status),
    disk_format: oneOf(query.diskFormat),
    container_format: oneOf(query.containerFormat),
    visibility: query.visibility,
    member_status: query.memberStatus,
    owner: query.owner,
    protected: query.protected?.toString(),
    os_hidden: query.hidden?.toString(),
    checksum: query.checksum,
    size_min: query.minSize?.toString(),
    size_max: query.maxSize?.toString(),
    created_at: time(query.createdAt),
    updated_at: time(query.updatedAt),
    sort: sort(query.sort),
    limit: query.pageSize?.toString(),
  }
  const written = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) written.append(name, value)
  }
  for (const tag of query.tags ?? []) written.append('tag', tag)
  return written
}

function oneOf(values: OneOf | undefined): string | undefined {
  if (values === undefined) return undefined
  // What stands before a colon is read as an operator, so `ubuntu:22.04` needs one of its own.
  if (typeof values === 'string') return values.includes(':') ? `eq:${values}` : values
  return `in:${values.map(quoted).join(',')}`
}

function quoted(value: string): string {
  if (value.includes('"')) throw new TypeError(`Cannot list by ${value}: it holds a quotation mark`)
  return `"${value}"`
}

function time(filter: TimeFilter | undefined): string | undefined {
  const [comparison] = Object.entries(filter ?? {})
  if (comparison === undefined) return undefined
  const [operator, moment] = comparison
  return `${operator}:${moment.toISOString().replace(/\.\d+Z$/, 'Z')}`
}

function sort(sorts: Sort | readonly Sort[] | undefined): string | undefined {
  if (sorts === undefined) return undefined
  const all = typeof sorts === 'string' ? [sorts] : sorts
  return all
    .map((each) => each.replace(/^\w+/, (name) => (isColumn(name) ? sortColumns[name] : name)))
    .join(',')
}

function isColumn(name: string): name is SortColumn {
  return Object.hasOwn(sortColumns, name)
}
