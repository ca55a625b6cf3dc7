/** What is looked for, as queries write it: the same for the gallery and for the sharing API. */
import { type Facet, type FacetChoice, InvalidError, type ListingPlace, quote } from '@vitrine/core'

/** How the facets are called in addresses. */
export const parameterOf = {
  operatingSystem: 'os',
  architecture: 'architecture',
  license: 'license',
  format: 'format',
  publisher: 'publisher',
  verified: 'verified',
} as const satisfies Record<Facet, string>

export const facetParameters: readonly string[] = Object.values(parameterOf)

/** What is chosen; an empty value chooses nothing, as forms send it. */
export function readChoice(query: ReadonlyMap<string, string>): FacetChoice {
  const chosen = (facet: Facet) => {
    const value = query.get(parameterOf[facet])
    return value === undefined || value === '' ? {} : { [facet]: value }
  }
  return {
    ...chosen('operatingSystem'),
    ...chosen('architecture'),
    ...chosen('license'),
    ...chosen('format'),
    ...chosen('publisher'),
    ...chosen('verified'),
  }
}

/** @throws {InvalidError} for a marker that was not given before. */
export function readListingPlace(query: ReadonlyMap<string, string>): ListingPlace | undefined {
  const marker = query.get('marker')
  if (marker === undefined) return undefined
  const [, tier, milliseconds, number] = /^([01])\.(\d{1,15})\.(\d{1,15})$/.exec(marker) ?? []
  if (tier === undefined) {
    throw new InvalidError(
      `Cannot list after marker ${quote(marker)}: it should be that of a "next" that was given before`,
    )
  }
  return {
    inTitle: tier === '1',
    publishedAt: new Date(Number(milliseconds)),
    number: Number(number),
  }
}

export function listingMarker({ inTitle, publishedAt, number }: ListingPlace): string {
  return `${inTitle ? 1 : 0}.${publishedAt.getTime()}.${number}`
}
