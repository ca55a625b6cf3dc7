/** Links from one page of a list to the next. */
import type { QueryParameter } from './call.ts'

/** The same query from its start, or after `marker`. Repeated parameters are kept. */
export function pageLink(
  path: string,
  parameters: readonly QueryParameter[],
  marker?: string,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of parameters) if (name !== 'marker') query.append(name, value)
  if (marker !== undefined) query.append('marker', marker)
  if (query.size === 0) return path
  // As the form encoding that clients of this API know has the two, for those that compare links.
  const encoded = String(query).replaceAll('%7E', '~').replaceAll('*', '%2A')
  return `${path}?${encoded}`
}
