/** How an operation of the API is described: what `openapi.ts` makes a document of. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type Operation = {
  readonly method: Method
  /** With its parts in braces: `/v2/images/{image_id}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly query?: readonly QueryParameter[]
  readonly headers?: readonly HeaderParameter[]
  readonly body?: Content
  /** The answer when all goes well. */
  readonly success: { readonly status: number; readonly description: string } & Partial<Content>
  /** Other answers than that when all goes well. */
  readonly otherSuccesses?: readonly { readonly status: number; readonly description: string }[]
  /** Refusals besides those that every call knows: 400, 401, 403, 404, and with a JSON body 413. */
  readonly refusals?: readonly number[]
}

export type Content = { readonly mediaType: string; readonly schema: object }

export type QueryParameter = {
  readonly name: string
  readonly description: string
  readonly schema: object
}

export type HeaderParameter = QueryParameter & { readonly required?: boolean }

export const json = (schema: object): Content => ({ mediaType: 'application/json', schema })

export const bytes: Content = {
  mediaType: 'application/octet-stream',
  schema: { type: 'string', format: 'binary' },
}

export const text = { type: 'string' }
export const wholeNumber = { type: 'integer', minimum: 0 }
export const oneOf = (...values: string[]) => ({ type: 'string', enum: values })

export const paging: readonly QueryParameter[] = [
  { name: 'limit', description: 'Most items on the page', schema: wholeNumber },
  { name: 'marker', description: 'Id of the last item of the page before', schema: text },
]
