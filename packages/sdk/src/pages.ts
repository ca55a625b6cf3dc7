/**
 * Lists that come in pages, as one lazy sequence: the next page is asked for when it is needed.
 *
 * A page names the one after it in `next`. Glance writes that link from the query it received, but
 * keeps only the last of repeated parameters, so that `tag=a&tag=b` would lose a tag from the second
 * page on. What we asked is therefore written into every link again.
 */
import { linkPath } from './endpoint.ts'
import { Fields } from './parsing.ts'
import type { Transport } from './transport.ts'

export type Listing<T> = {
  /** Relative to the endpoint's root: `v2/images`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Where a page keeps its items: `images`. */
  readonly key: string
  readonly parse: (item: unknown) => T
  readonly maxItems?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Iterating it asks the service, page by page; iterating it again asks again. */
export function listAll<T>(transport: Transport, listing: Listing<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => items(transport, listing) }
}

async function* items<T>(transport: Transport, listing: Listing<T>): AsyncGenerator<T, void> {
  const { query, key, parse, signal, maxItems = Number.POSITIVE_INFINITY } = listing
  let left = maxItems
  let path = left > 0 ? withQuery(listing.path, query) : undefined
  while (path !== undefined) {
    const body = await transport.json({ method: 'GET', path, repeat: 'safe', signal })
    const page = new Fields<string>('page', body)
    for (const item of page.list(key)) {
      yield parse(item)
      left -= 1
      if (left === 0) return
    }
    const next = page.textOrNull('next')
    path = next === null ? undefined : nextPath(next, query)
  }
}

/** @param query what was asked for the first page. */
export function nextPath(next: string, query: URLSearchParams): string {
  const [path = '', linkQuery] = linkPath(next).split('?', 2)
  const merged = new URLSearchParams(linkQuery)
  for (const name of new Set(query.keys())) {
    merged.delete(name)
    for (const value of query.getAll(name)) merged.append(name, value)
  }
  return withQuery(path, merged)
}

export function withQuery(path: string, query: URLSearchParams): string {
  return query.size === 0 ? path : `${path}?${query}`
}
