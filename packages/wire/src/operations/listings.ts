/** The operations on listings and publishers. */
import {
  ListingBody,
  ListingsBody,
  OwnListingsBody,
  PublisherBody,
  PublishersBody,
  PutListingBody,
  PutPublisherBody,
} from '../listings.ts'
import { json, type Operation, oneOf, paging, text } from './operation.ts'

const root = '/sharing/v1'
const listings = { tag: 'Listings' } as const
const publishers = { tag: 'Publishers' } as const

const answer = (description: string, schema: object) => ({
  status: 200,
  description,
  ...json(schema),
})
const nothing = { status: 204, description: 'Done' }
const facet = (name: string, description: string) => ({ name, description, schema: text })

export const listingOperations: readonly Operation[] = [
  {
    ...listings,
    method: 'PUT',
    path: `${root}/images/{image_id}/listing`,
    summary: 'Publishes an image of any visibility, or says something else of it in public',
    body: json(PutListingBody),
    success: answer('The listing', ListingBody),
    refusals: [409],
  },
  {
    ...listings,
    method: 'GET',
    path: `${root}/images/{image_id}/listing`,
    summary: 'Shows what is said of an image in public, for its producer',
    success: answer('The listing', ListingBody),
  },
  {
    ...listings,
    method: 'DELETE',
    path: `${root}/images/{image_id}/listing`,
    summary: 'Takes a listing back, at once',
    success: nothing,
  },
  {
    ...listings,
    method: 'GET',
    path: `${root}/listings`,
    summary: 'Searches what is published',
    query: [
      facet('q', 'Words, each of which begins one of the listing’s'),
      facet('os', 'A value of the facet, as are those below'),
      facet('architecture', 'Such as "x86_64"'),
      facet('license', 'In lower case'),
      facet('format', 'The disk format'),
      facet('publisher', 'Its slug'),
      { name: 'verified', description: 'Only of verified publishers', schema: oneOf('true') },
      ...paging,
    ],
    success: answer('One page, best first, then newest first', ListingsBody),
  },
  {
    ...publishers,
    method: 'PUT',
    path: `${root}/publishers/{project_id}`,
    summary: 'Names the publisher that a project is, or says something else of it',
    body: json(PutPublisherBody),
    success: answer('The publisher', PublisherBody),
    refusals: [409],
  },
  {
    ...publishers,
    method: 'GET',
    path: `${root}/publishers/{project_id}`,
    summary: 'Shows the publisher that a project is, to itself',
    success: answer('The publisher', PublisherBody),
  },
  {
    ...publishers,
    method: 'DELETE',
    path: `${root}/publishers/{project_id}`,
    summary: 'Deletes a publisher that has no listing any more',
    success: nothing,
    refusals: [409],
  },
  {
    ...publishers,
    method: 'GET',
    path: `${root}/publishers/{project_id}/listings`,
    summary: 'Lists what a project has published, whether it is shown at present or not',
    query: paging,
    success: answer('One page, newest first', OwnListingsBody),
  },
  {
    ...publishers,
    method: 'GET',
    path: `${root}/publishers`,
    summary: 'Lists all publishers, for admins',
    query: paging,
    success: answer('One page, by slug', PublishersBody),
  },
  {
    ...publishers,
    method: 'PUT',
    path: `${root}/publishers/{project_id}/verification`,
    summary: 'Vouches for a publisher, for admins',
    success: answer('The publisher', PublisherBody),
  },
  {
    ...publishers,
    method: 'DELETE',
    path: `${root}/publishers/{project_id}/verification`,
    summary: 'Vouches for a publisher no more, for admins',
    success: answer('The publisher', PublisherBody),
  },
]
