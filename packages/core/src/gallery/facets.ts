/**
 * Facets: by what the gallery can be narrowed down, and how many listings each choice would leave.
 *
 * A facet counts as if nothing were chosen in itself, so that the other choices stay in sight.
 */
export const facets = [
  'operatingSystem',
  'architecture',
  'license',
  'format',
  'publisher',
  'verified',
] as const
export type Facet = (typeof facets)[number]

/** At most one value of each; what is not chosen does not matter. */
export type FacetChoice = Readonly<Partial<Record<Facet, string | undefined>>>

export type FacetValue = {
  /** As it is chosen by. */
  readonly value: string
  /** As people read it. */
  readonly label: string
}

/** Of a facet that producers write in their own words: the most frequent, and what is chosen. */
export const mostFacetValues = 100

export type CountedValue = FacetValue & { readonly count: number; readonly chosen: boolean }

export type FacetCounts = {
  /** Of the whole choice. */
  readonly total: number
  /** The most frequent first. */
  readonly facets: Readonly<Record<Facet, readonly CountedValue[]>>
}

/** Operating systems, licences and the like are one however they are capitalized. */
export function facetKey(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
