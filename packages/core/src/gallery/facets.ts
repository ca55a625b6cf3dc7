/**
 * Facets: by what the gallery can be narrowed down, and how many listings each choice would leave.
 *
 * The records count listings that are alike in every facet, in one pass; all else is adding up here.
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
export type FacetChoice = Readonly<Partial<Record<Facet, string>>>

/** Listings that are alike in every facet. A facet is null for those that do not say. */
export type ListingGroup = {
  readonly values: Readonly<Record<Facet, FacetValue | null>>
  readonly count: number
}

export type FacetValue = {
  /** As it is chosen by. */
  readonly value: string
  /** As people read it. */
  readonly label: string
}

export type CountedValue = FacetValue & { readonly count: number; readonly chosen: boolean }

export type FacetCounts = {
  /** Of the whole choice. */
  readonly total: number
  readonly facets: Readonly<Record<Facet, readonly CountedValue[]>>
}

/** Operating systems, licences and the like are one however they are capitalized. */
export function facetKey(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

export function countFacets(groups: readonly ListingGroup[], choice: FacetChoice): FacetCounts {
  const counts: Record<Facet, Map<string, CountedValue>> = {
    operatingSystem: new Map(),
    architecture: new Map(),
    license: new Map(),
    format: new Map(),
    publisher: new Map(),
    verified: new Map(),
  }
  let total = 0
  const asked = facets.filter((facet) => choice[facet] !== undefined)
  for (const { values, count } of groups) {
    const missed = asked.filter((facet) => values[facet]?.value !== choice[facet])
    if (missed.length === 0) total += count
    if (missed.length > 1) continue
    for (const facet of missed.length === 0 ? facets : missed) {
      const value = values[facet]
      if (value === null) continue
      const before = counts[facet].get(value.value)
      counts[facet].set(value.value, {
        // Of several ways to write it the one that sorts first, which is capitalized.
        ...(before !== undefined && before.label < value.label ? before : value),
        count: (before?.count ?? 0) + count,
        chosen: choice[facet] === value.value,
      })
    }
  }
  const sorted = (facet: Facet) => [...counts[facet].values()].toSorted(moreFirst)
  return {
    total,
    facets: {
      operatingSystem: sorted('operatingSystem'),
      architecture: sorted('architecture'),
      license: sorted('license'),
      format: sorted('format'),
      publisher: sorted('publisher'),
      verified: sorted('verified'),
    },
  }
}

function moreFirst(one: CountedValue, other: CountedValue): number {
  return other.count - one.count || (one.value < other.value ? -1 : 1)
}
