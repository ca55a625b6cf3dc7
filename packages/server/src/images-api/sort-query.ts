/**
 * The order that a list's query asks for, in either style:
 * `sort=name:asc,size` or `sort_key=name&sort_dir=asc&sort_key=size`.
 *
 * Spec: Images API v2, "Sorting".
 */
import {
  InvalidError,
  quote,
  type SortDirection,
  type SortField,
  type SortKey,
} from '@vitrine/core'
import type { QueryParameter } from './call.ts'

const fields = new Map<string, SortField>([
  ['name', 'name'],
  ['status', 'status'],
  ['container_format', 'containerFormat'],
  ['disk_format', 'diskFormat'],
  ['size', 'sizeBytes'],
  ['id', 'id'],
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
])

export function parseSort(parameters: readonly QueryParameter[]): readonly SortKey[] {
  const valuesOf = (wanted: string) =>
    parameters.filter(([name]) => name === wanted).map(([, value]) => value)
  const compact = valuesOf('sort').at(-1)
  const keys = valuesOf('sort_key')
  const directions = valuesOf('sort_dir')
  if (compact === undefined) return unique(parseClassic(keys, directions))
  if (keys.length > 0 || directions.length > 0) {
    throw new InvalidError(
      'Old and new sorting syntax cannot be combined: use either sort, or sort_key and sort_dir',
    )
  }
  return unique(compact.split(',').map(parseCompact))
}

function parseCompact(text: string): SortKey {
  const [key = '', direction = 'desc', ...more] = text.trim().split(':')
  if (more.length > 0)
    throw new InvalidError(`Cannot sort by ${quote(text)}: it should be <key>:<asc or desc>`)
  return { field: parseKey(key), direction: parseDirection(direction) }
}

function parseClassic(keys: readonly string[], directions: readonly string[]): SortKey[] {
  const [only = 'desc', ...more] = directions
  const names = keys.length === 0 ? ['created_at'] : [...keys]
  if (more.length > 0 && directions.length !== names.length) {
    throw new InvalidError(
      `Number of sort dirs does not match the number of sort keys: there are ${directions.length} and ${names.length}`,
    )
  }
  // A single direction is that of the tie-breakers as well, however many keys there are.
  if (directions.length === 1) names.push('created_at', 'id')
  return names.map((name, index) => ({
    field: parseKey(name),
    direction: parseDirection(more.length === 0 ? only : (directions[index] ?? only)),
  }))
}

/** Sorting again by a key that is already sorted by changes nothing. */
function unique(keys: readonly SortKey[]): SortKey[] {
  return keys.filter(
    ({ field }, index) => keys.findIndex((other) => other.field === field) === index,
  )
}

function parseKey(name: string): SortField {
  const field = fields.get(name)
  if (field !== undefined) return field
  throw new InvalidError(
    `Invalid sort key ${quote(name)}: it should be one of ${[...fields.keys()].join(', ')}`,
  )
}

function parseDirection(direction: string): SortDirection {
  if (direction === 'asc' || direction === 'desc') return direction
  throw new InvalidError(`Invalid sort direction ${quote(direction)}: it should be "asc" or "desc"`)
}
