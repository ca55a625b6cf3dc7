/** Which page of a list is asked for. Markers are places: to be sent back as they were given. */
import { type InboxPlace, InvalidError, quote } from '@vitrine/core'
import type { QueryParameter } from '../images-api/call.ts'
import { type PageSizes, parseLimit } from '../images-api/list-query.ts'
import { pageLink } from '../images-api/page-link.ts'

/** @throws {InvalidError} when a parameter stands twice, or has no meaning here. */
export function readQuery(
  parameters: readonly QueryParameter[],
  known: readonly string[],
): ReadonlyMap<string, string> {
  const query = new Map(parameters)
  for (const [name] of parameters) {
    if (known.includes(name)) continue
    throw new InvalidError(
      `Cannot list: the parameter ${quote(name)} is not known; there are ${known.join(', ')}`,
    )
  }
  if (query.size === parameters.length) return query
  throw new InvalidError('Cannot list: a parameter stands in the query twice')
}

export function readLimit(query: ReadonlyMap<string, string>, sizes: PageSizes): number {
  const limit = parseLimit(query.get('limit'), sizes)
  if (limit > 0) return limit
  throw new InvalidError('Cannot list: "limit" is 0, and should be at least 1')
}

export function readPlace(query: ReadonlyMap<string, string>): number | undefined {
  const marker = query.get('marker')
  if (marker === undefined) return undefined
  const place = Number(marker)
  if (/^\d+$/.test(marker) && Number.isSafeInteger(place)) return place
  throw noMarker(marker)
}

export function readInboxPlace(query: ReadonlyMap<string, string>): InboxPlace | undefined {
  const marker = query.get('marker')
  if (marker === undefined) return undefined
  const [milliseconds, number] = (/^(\d{1,15})\.(\d{1,15})$/.exec(marker) ?? [])
    .slice(1)
    .map(Number)
  if (milliseconds === undefined || number === undefined) throw noMarker(marker)
  return { updatedAt: new Date(milliseconds), number }
}

export function inboxMarker({ updatedAt, number }: InboxPlace): string {
  return `${updatedAt.getTime()}.${number}`
}

function noMarker(marker: string): InvalidError {
  return new InvalidError(
    `Cannot list after marker ${quote(marker)}: it should be that of a "next" that was given before`,
  )
}

/** Where the next page is, if this one is full. */
export function nextPage(
  path: string,
  query: ReadonlyMap<string, string>,
  marker: string | undefined,
): { readonly next?: string } {
  return marker === undefined ? {} : { next: pageLink(path, [...query], marker) }
}
