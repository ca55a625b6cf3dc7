/** Where the sharing API is, relative to the endpoint's root. Only Vitrine has it. */
import { segment } from '../endpoint.ts'

/** @param parts each one segment, encoded here. */
export function sharingPath(...parts: readonly string[]): string {
  return ['sharing/v1', ...parts.map((part) => segment('part', part))].join('/')
}

/** Options of lists that have no filters. */
export type PageOptions = {
  /** How many items the service sends at a time. */
  readonly pageSize?: number | undefined
  /** Ends the list after so many. */
  readonly maxItems?: number | undefined
}

/** The query of a list, without what is undefined. */
export function pageQuery(
  { pageSize, maxItems }: PageOptions,
  filters: Readonly<Record<string, string | undefined>> = {},
): URLSearchParams {
  const limit = pageSize ?? maxItems
  const query = new URLSearchParams(limit === undefined ? {} : { limit: String(limit) })
  for (const [name, value] of Object.entries(filters)) {
    if (value !== undefined) query.set(name, value)
  }
  return query
}
