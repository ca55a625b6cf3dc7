/**
 * The API as an OpenAPI document: what `/docs` shows, and what tests are made from.
 *
 * Spec: OpenAPI 3.1.
 */
import type { Formats } from './image-schema.ts'
import { dataOperations } from './operations/data.ts'
import { eventOperations } from './operations/events.ts'
import { imageOperations } from './operations/images.ts'
import { listingOperations } from './operations/listings.ts'
import { metadefOperations } from './operations/metadefs.ts'
import type { Operation, QueryParameter } from './operations/operation.ts'
import { serviceOperations } from './operations/service.ts'
import { sharingOperations } from './operations/sharing.ts'
import { webhookOperations } from './operations/webhooks.ts'

function imagesApiOperations(formats: Formats): readonly Operation[] {
  return [
    ...imageOperations(formats),
    ...dataOperations,
    ...serviceOperations,
    ...metadefOperations,
  ]
}

/** An API, as it is told to people and to programs. */
export type ApiDescription = {
  readonly title: string
  readonly version: string
  readonly description: string
  readonly operations: readonly Operation[]
}

export function imagesApi(formats: Formats): ApiDescription {
  return {
    title: 'The Images API',
    version: '2.17',
    description: 'The OpenStack Images API v2, as Vitrine speaks it.',
    operations: imagesApiOperations(formats),
  }
}

export const sharingApi: ApiDescription = {
  title: 'The sharing API',
  version: '1.0',
  description:
    'What producers and consumers tell each other about shares, and producers the public about images. Members are those of the Images API, whichever way they came to be.',
  operations: [
    ...sharingOperations,
    ...listingOperations,
    ...eventOperations,
    ...webhookOperations,
  ],
}

/** @param url where the API is, such as `https://images.example`. */
export function openApiDocument(url: string, api: ApiDescription) {
  const { title, version, description, operations } = api
  const byPath = Map.groupBy(operations, ({ path }) => path)
  const paths = [...byPath].map(([path, onPath]) => [
    path,
    Object.fromEntries(onPath.map((one) => [one.method.toLowerCase(), describe(one)])),
  ])
  return {
    openapi: '3.1.0',
    info: {
      title,
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } },
    },
    paths: Object.fromEntries(paths),
  }
}

function describe(operation: Operation) {
  const { method, path, tag, summary, query = [], headers = [], body, success } = operation
  const { status, description, mediaType, schema } = success
  const content = mediaType === undefined ? {} : { content: { [mediaType]: { schema } } }
  const others = operation.otherSuccesses ?? []
  const forBody = body?.mediaType.includes('json') ? [413] : []
  const refusals = [400, 401, 403, 404, ...forBody, ...(operation.refusals ?? [])].filter(
    (one) => one !== status,
  )
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^a-z]+/gi, '_')}`,
    tags: [tag],
    summary,
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        in: 'path',
        name,
        required: true,
        schema: { type: 'string' },
      })),
      ...query.map((parameter) => ({ in: 'query', ...parameter })),
      ...headers.map((parameter: QueryParameter) => ({ in: 'header', ...parameter })),
    ],
    ...(body !== undefined && {
      requestBody: { required: true, content: { [body.mediaType]: { schema: body.schema } } },
    }),
    responses: {
      [status]: { description, ...content },
      ...Object.fromEntries(others.map((one) => [one.status, { description: one.description }])),
      ...Object.fromEntries(refusals.map((code) => [code, { description: meanings[code] ?? '' }])),
    },
  }
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request says something that cannot be',
  401: 'The token is missing, or good no more',
  403: 'The caller may know of it, and may not do this',
  404: 'There is none that the caller may know of',
  409: 'Its state does not allow it',
  410: 'It went away meanwhile',
  413: 'A limit is reached',
  415: 'The body is not of the kind that is taken here',
  416: 'The data has no such part',
  429: 'It was asked for too often',
  503: 'Something the service stands on does not answer just now',
}
