/**
 * The query of `GET /v2/images`: what to show, in which order, from where, and how much.
 *
 * Repeating a parameter means the last one, except `tag` (all of them must match), `sort_key` and
 * `sort_dir`. A parameter that has no meaning of its own asks for a custom property of its name.
 *
 * Spec: Images API v2, "List images". Where it is silent, see docs/api.md.
 */
import {
  type ImageFilter,
  InvalidError,
  type ListRequest,
  memberStatuses,
  type NumberField,
  quote,
  type TextField,
  type TimeField,
  visibilities,
} from '@vitrine/core'
import type { QueryParameter } from './call.ts'
import { parseTextCondition, parseTimeCondition } from './filter-operators.ts'
import { parseSort } from './sort-query.ts'

export type PageSizes = { readonly default: number; readonly largest: number }

export function parseListQuery(
  parameters: readonly QueryParameter[],
  sizes: PageSizes,
): ListRequest {
  const last = new Map(parameters)
  const visibility = oneOf(last, 'visibility', anyVisibility)
  const memberStatus = oneOf(last, 'member_status', anyMemberStatus)
  const marker = last.get('marker')
  return {
    ...(visibility !== undefined && { visibility }),
    ...(memberStatus !== undefined && { memberStatus }),
    ...(marker !== undefined && { marker }),
    hidden: parseHidden(last.get('os_hidden')),
    limit: parseLimit(last.get('limit'), sizes),
    sort: parseSort(parameters),
    filters: parseFilters(parameters, last),
  }
}

function parseFilters(
  parameters: readonly QueryParameter[],
  last: ReadonlyMap<string, string>,
): ImageFilter[] {
  const filters: ImageFilter[] = []
  for (const [name, tag] of parameters) if (name === 'tag') filters.push({ kind: 'tag', tag })
  for (const [name, value] of last) {
    if (!notFilters.has(name)) filters.push(parseFilter(name, value))
  }
  return filters
}

const anyVisibility = [...visibilities, 'all'] as const
const anyMemberStatus = [...memberStatuses, 'all'] as const

const notFilters = new Set([
  'visibility',
  'member_status',
  'marker',
  'limit',
  'os_hidden',
  'sort',
  'sort_key',
  'sort_dir',
  'tag',
  'deleted',
])

const textFields: Record<string, TextField> = {
  id: 'id',
  name: 'name',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
}

/** Compared as they are: a value is never read as an operator. */
const plainTextFields: Record<string, TextField> = {
  owner: 'owner',
  checksum: 'checksum',
  os_hash_algo: 'hashAlgorithm',
  os_hash_value: 'hashValue',
}

const numberFields: Record<string, NumberField> = {
  size: 'sizeBytes',
  virtual_size: 'virtualSizeBytes',
  min_disk: 'minDiskGib',
  min_ram: 'minRamMib',
}

const timeFields: Record<string, TimeField> = { created_at: 'createdAt', updated_at: 'updatedAt' }

/** What is asked for can be true of no image. */
const nothing: ImageFilter = { kind: 'text', field: 'id', oneOf: [] }

function parseFilter(name: string, value: string): ImageFilter {
  if (name === 'changes-since') {
    throw new InvalidError('Cannot filter images by "changes-since": use updated_at=gte:<time>')
  }
  if (name === 'protected') return { kind: 'protected', value: parseProtected(value) }
  const text = own(textFields, name)
  if (text !== undefined) {
    return { kind: 'text', field: text, oneOf: parseTextCondition(name, value) }
  }
  const plain = own(plainTextFields, name)
  if (plain !== undefined) return { kind: 'text', field: plain, oneOf: [value] }
  const time = own(timeFields, name)
  if (time !== undefined) return { kind: 'time', field: time, ...parseTimeCondition(name, value) }
  return parseNumberFilter(name, value) ?? { kind: 'property', name, value }
}

/** `size=5`, `size_min=5`, `min_ram_max=512`; undefined when the name is none of a number's. */
function parseNumberFilter(name: string, value: string): ImageFilter | undefined {
  const number = parseInteger(value)
  const whole = own(numberFields, name)
  if (whole !== undefined) {
    return number === undefined
      ? nothing
      : { kind: 'number', field: whole, is: 'equal', value: number }
  }
  const [, base = '', bound] = /^(.*)_(min|max)$/.exec(name) ?? []
  if (bound === undefined) return undefined
  const field = own(numberFields, base)
  if (field === undefined) {
    throw new InvalidError(
      `Cannot filter images by ${quote(name)}: only ${Object.keys(numberFields).join(', ')} can be bounded by _min and _max`,
    )
  }
  if (number === undefined) {
    throw new InvalidError(
      `Cannot filter images by ${name}=${quote(value)}: it should be an integer`,
    )
  }
  return { kind: 'number', field, is: bound === 'min' ? 'at-least' : 'at-most', value: number }
}

/** Nothing is as large as the largest, so whatever is larger still compares like it. */
function parseInteger(value: string): number | undefined {
  if (!/^[+-]?\d+$/.test(value.trim())) return undefined
  const { MIN_SAFE_INTEGER: smallest, MAX_SAFE_INTEGER: largest } = Number
  return Math.max(smallest, Math.min(largest, Number(value)))
}

function parseProtected(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true'
  throw new InvalidError(
    `Invalid value ${quote(value)} for 'protected' filter: it should be "true" or "false"`,
  )
}

function parseHidden(value = 'false'): boolean {
  const lower = value.toLowerCase()
  if (lower === 'true' || lower === 'false') return lower === 'true'
  throw new InvalidError(
    `Invalid value ${quote(value)} for 'os_hidden' filter: it should be "true" or "false"`,
  )
}

export function parseLimit(value: string | undefined, sizes: PageSizes): number {
  if (value === undefined) return sizes.default
  if (!/^\d+$/.test(value)) {
    throw new InvalidError(
      `Cannot list with limit ${quote(value)}: limit param must be an integer of 0 or more`,
    )
  }
  return Math.min(Number(value), sizes.largest)
}

/** @throws {InvalidError} when the parameter is there and is none of the known values. */
export function oneOf<T extends string>(
  parameters: ReadonlyMap<string, string>,
  name: string,
  known: readonly T[],
): T | undefined {
  const value = parameters.get(name)
  if (value === undefined) return undefined
  const found = known.find((one) => one === value)
  if (found !== undefined) return found
  throw new InvalidError(
    `Invalid ${name} value ${quote(value)}: it should be one of ${known.join(', ')}`,
  )
}

/** Not `table[name]`: a query may well ask for a property called `constructor`. */
function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
