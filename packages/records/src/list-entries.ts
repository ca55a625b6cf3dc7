/**
 * Where images stand in lists, kept as a list is read.
 *
 *   list_entries:  key ─► created_at, image_id   in the default order of lists
 *                  key ─► name, created_at, …    in the order that command lines ask for
 *
 * A list is named by who may see it (images of one visibility, of one owner or of any, hidden or
 * not) and by one thing that its images have in common, or nothing. An image has an entry in each
 * list that shows it. So the first page of "public images with the tag `lts`" is 25 entries in a
 * row, however many images there are; an index on tags would have to be gone through to find the
 * public ones, and an index on visibility to find the tagged ones.
 */
import { hash } from 'node:crypto'
import type { Image, Visibility } from '@vitrine/core'
import type { Queries } from './database.ts'
import { preparedInsert } from './prepared.ts'

/** Images of one visibility. */
export type Audience = {
  readonly hidden: boolean
  readonly visibility: Visibility
  /** Undefined for images of any owner, and of none. */
  readonly owner: string | undefined
}

/** What images of a list have in common: a field, tag or property, and its value. */
export type Trait =
  | readonly [kind: TraitField, value: string]
  | readonly [kind: 'tag', tag: string]
  | readonly [kind: 'property', name: string, value: string]

export const traitFields = ['name', 'status', 'diskFormat', 'checksum', 'hashValue'] as const
export type TraitField = (typeof traitFields)[number]

/**
 * A digest, since a value may be longer than an index entry can be. 128 bits: nobody finds a tag
 * whose list has the key of a list of somebody else's images.
 */
export function listKey({ hidden, visibility, owner }: Audience, trait?: Trait): string {
  const name = JSON.stringify([hidden, visibility, owner ?? null, ...(trait ?? [])])
  const known = knownKeys.get(name)
  if (known !== undefined) return known
  const key = hash('sha256', name, 'base64url').slice(0, 22)
  if (name.length > longestKnown) return key
  if (knownKeys.size === mostKnown) knownKeys.clear()
  knownKeys.set(name, key)
  return key
}

/** Requests and images name the same lists again and again, and to digest a name takes longer. */
const knownKeys = new Map<string, string>()
const mostKnown = 5000
/** In characters: names of lists by a checksum, and nobody's kilobytes. */
const longestKnown = 250

/** Takes the image from the lists in which it stood, and puts it into those in which it stands now. */
export async function changeEntries(
  queries: Queries,
  before: Image | undefined,
  after: Image | undefined,
): Promise<void> {
  const old = new Set(before === undefined ? [] : keysOf(before))
  const now = new Set(after === undefined ? [] : keysOf(after))
  const moved = before !== undefined && after !== undefined && place(before) !== place(after)
  const gone = moved ? old : old.difference(now)
  const fresh = moved ? now : now.difference(old)
  if (before !== undefined && gone.size > 0) await removeEntries(queries, before, [...gone])
  if (after !== undefined && fresh.size > 0) await insertEntries(queries, after, [...fresh])
  if (moved) {
    await queries
      .updateTable('members')
      .set({ image_name: after.name ?? '', image_created_at: after.createdAt.getTime() })
      .where('image_id', '=', after.id)
      .execute()
  }
}

function place({ name, createdAt }: Image): string {
  return `${createdAt.getTime()} ${name ?? ''}`
}

function keysOf(image: Image): string[] {
  const { hidden, visibility, owner } = image
  const audiences: Audience[] = [{ hidden, visibility, owner: undefined }]
  if (owner !== null) audiences.push({ hidden, visibility, owner })
  const traits = traitsOf(image)
  return audiences.flatMap((audience) => [
    listKey(audience),
    ...traits.map((trait) => listKey(audience, trait)),
  ])
}

function traitsOf(image: Image): Trait[] {
  const fields = { ...image, hashValue: image.multihash?.value ?? null }
  const traits: Trait[] = image.tags.map((tag) => ['tag', tag])
  for (const field of traitFields) {
    const value = fields[field]
    if (value !== null) traits.push([field, value])
  }
  for (const [name, value] of image.properties) {
    if (value !== null) traits.push(['property', name, value])
  }
  return traits
}

async function removeEntries(queries: Queries, image: Image, keys: readonly string[]) {
  for (const some of inChunks(keys)) {
    await queries
      .deleteFrom('list_entries')
      .where('key', 'in', some)
      .where('created_at', '=', image.createdAt.getTime())
      .where('image_id', '=', image.id)
      .execute()
  }
}

async function insertEntries(queries: Queries, image: Image, keys: readonly string[]) {
  const entry = {
    image_id: image.id,
    created_at: image.createdAt.getTime(),
    name: image.name ?? '',
  }
  await addEntries(
    queries,
    keys.map((key) => ({ key, ...entry })),
  )
}

const addEntries = preparedInsert('list_entries', ['key', 'image_id', 'created_at', 'name'])

/** A statement takes only so many parameters. */
function* inChunks<T>(all: readonly T[]): Generator<T[]> {
  const size = 1000
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size)
}
