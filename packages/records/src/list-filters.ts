/** The filters of a list: by which of them it is found, and what is held against each of its images. */
import type { ImageFilter } from '@vitrine/core'
import { type Trait, traitFields } from './list-entries.ts'
import { type Sql, sql } from './plain-sql.ts'

export type Condition = Sql

export type SortedFilters = {
  /** Exactly these images, in any list. */
  readonly ids: readonly string[] | undefined
  /** Of one of these owners. */
  readonly owners: readonly string[] | undefined
  /** An image has at least one of these, which names the lists to go through; empty for all images. */
  readonly leading: readonly Trait[]
  /** And it has all of these. */
  readonly others: readonly Trait[]
  /** What else holds for its row of `images`. */
  readonly conditions: readonly Condition[]
}

/** As many lists as one query goes through for a filter with several values. */
const mostLeading = 20

/** As far as one can tell without looking. */
const rarestFirst = ['hashValue', 'checksum', 'name', 'property', 'tag', 'diskFormat', 'status']

export function sortFilters(filters: readonly ImageFilter[]): SortedFilters {
  const conditions: Condition[] = []
  const found: { readonly filter: ImageFilter; readonly traits: readonly Trait[] }[] = []
  let ids: readonly string[] | undefined
  let owners: readonly string[] | undefined
  for (const filter of filters) {
    const traits = traitsOf(filter)
    if (traits !== undefined && traits.length <= mostLeading) found.push({ filter, traits })
    else if (filter.kind !== 'text') conditions.push(conditionOf(filter))
    else if (filter.field === 'id') ids = inBoth(ids, filter.oneOf)
    else if (filter.field === 'owner') owners = inBoth(owners, filter.oneOf)
    else conditions.push(conditionOf(filter))
  }
  const [first, ...rest] = found.toSorted((a, b) => rarity(a.traits) - rarity(b.traits))
  const others = rest.flatMap(({ traits }) => (traits.length === 1 ? traits : []))
  const several = rest.filter(({ traits }) => traits.length > 1)
  return {
    ids,
    owners,
    leading: first?.traits ?? [],
    others,
    conditions: [...conditions, ...several.map(({ filter }) => conditionOf(filter))],
  }
}

function rarity([trait]: readonly Trait[]): number {
  return rarestFirst.indexOf(trait?.[0] ?? '')
}

function inBoth(a: readonly string[] | undefined, b: readonly string[]): readonly string[] {
  const unique = new Set(b)
  return [...(a === undefined ? unique : unique.intersection(new Set(a)))]
}

/** One per value; undefined where lists are not kept by such a filter. */
function traitsOf(filter: ImageFilter): Trait[] | undefined {
  if (filter.kind === 'tag') return [['tag', filter.tag]]
  if (filter.kind === 'property') return [['property', filter.name, filter.value]]
  if (filter.kind !== 'text') return undefined
  const field = traitFields.find((one) => one === filter.field)
  return field && [...new Set(filter.oneOf)].map((value): Trait => [field, value])
}

const columns = {
  id: 'id',
  name: 'name',
  status: 'status',
  owner: 'owner',
  containerFormat: 'container_format',
  diskFormat: 'disk_format',
  checksum: 'checksum',
  hashAlgorithm: 'hash_algorithm',
  hashValue: 'hash_value',
  sizeBytes: 'size_bytes',
  virtualSizeBytes: 'virtual_size_bytes',
  minDiskGib: 'min_disk_gib',
  minRamMib: 'min_ram_mib',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const

const numberOperators = { equal: sql`=`, 'at-least': sql`>=`, 'at-most': sql`<=` } as const

function conditionOf(filter: ImageFilter): Condition {
  switch (filter.kind) {
    case 'text':
      return isOneOf(columns[filter.field], filter.oneOf)
    case 'number':
      // A client may ask for more than the column can hold, and is then told: none has that.
      return sql`${column(filter.field)} ${numberOperators[filter.is]} cast(${filter.value} as bigint)`
    case 'time':
      return isAtTime(filter)
    case 'protected':
      return sql`images.protected = ${filter.value ? 1 : 0}`
    case 'tag':
    case 'property':
      throw new Error(`Cannot compare a column with a ${filter.kind}`)
  }
}

export function isOneOf(name: (typeof columns)[keyof typeof columns], values: readonly string[]) {
  if (values.length === 0) return sql`1 = 0`
  return sql`${sql.raw(`images.${name}`)} in (${sql.join(values)})`
}

function column(field: keyof typeof columns) {
  return sql.raw(`images.${columns[field]}`)
}

/** Clients see times cut to whole seconds, so a time means all of its second. */
function isAtTime(filter: Extract<ImageFilter, { readonly kind: 'time' }>): Condition {
  const time = column(filter.field)
  const at = filter.value.getTime()
  const second = Math.floor(at / 1000) * 1000
  const next = second + 1000
  const isWholeSecond = at === second
  switch (filter.is) {
    case 'gt':
      return sql`${time} >= ${next}`
    case 'gte':
      return sql`${time} >= ${isWholeSecond ? second : next}`
    case 'lt':
      return sql`${time} < ${isWholeSecond ? second : next}`
    case 'lte':
      return sql`${time} < ${next}`
    case 'eq':
      return isWholeSecond ? sql`${time} >= ${second} and ${time} < ${next}` : sql`1 = 0`
    case 'neq':
      return isWholeSecond ? sql`(${time} < ${second} or ${time} >= ${next})` : sql`1 = 1`
  }
}
