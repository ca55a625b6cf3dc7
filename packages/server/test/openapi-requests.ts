/**
 * Requests made from the description of an API: some as it asks for them, some changed a little in
 * one place, so that they come past the first check and fail, if they do, somewhere deeper.
 */
import fc from 'fast-check'
import { encode, headerText, text } from './fuzz-values.ts'
import { type JsonSchema, type RequestBody, sentFor, valueFor } from './openapi-bodies.ts'

export type Parameter = {
  readonly in: string
  readonly name: string
  readonly schema: JsonSchema
}

/** One operation of an OpenAPI document, and where it is. */
export type ApiOperation = {
  readonly method: string
  readonly path: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, ApiResponse>>
}

export type ApiResponse = {
  /** The body by its type; undefined where there is none. */
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}

export type OpenApiDocument = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<ApiOperation, 'method'>>>>>
}

export function operationsOf({ paths }: OpenApiDocument): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  )
}

/** A part of a path: one of the names that exist, by number, or one that may be anything, as a URL has it. */
export type PathPart = { readonly nth: number } | { readonly encoded: string }

export type FuzzedRequest = {
  readonly method: string
  readonly parts: Readonly<Record<string, PathPart>>
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

export function requestFor(operation: ApiOperation): fc.Arbitrary<FuzzedRequest> {
  const parametersIn = (place: string) => operation.parameters.filter((one) => one.in === place)
  const parts = parametersIn('path').map(({ name }) => [name, pathPart] as const)
  return fc
    .record({
      method: fc.constant(operation.method),
      parts: fc.record(Object.fromEntries(parts)),
      query: queryOf(parametersIn('query')),
      headers: headersOf(parametersIn('header')),
      sent: sentFor(operation.requestBody),
    })
    .map(({ sent: [type, body], headers, ...rest }) => ({
      ...rest,
      body,
      headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    }))
}

const pathPart: fc.Arbitrary<PathPart> = fc.oneof(
  { weight: 17, arbitrary: fc.record({ nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ encoded: text.map(encode) }) },
  {
    weight: 1,
    arbitrary: fc.record({ encoded: fc.constantFrom('%ff', '%', '%zz', '%E9', 'a%2Fb', '%2e%2e') }),
  },
)

function queryOf(parameters: readonly Parameter[]): fc.Arbitrary<(readonly [string, string])[]> {
  const known = parameters.map(({ name, schema }) =>
    fc.oneof(valueFor(schema).map(String), text).map((value) => [name, value] as const),
  )
  const anything = fc.tuple(text, text)
  const none: fc.Arbitrary<(readonly [string, string])[]> = fc.constant([])
  const some = fc.array(fc.oneof({ weight: 1, arbitrary: anything }, ...known), {
    maxLength: known.length === 0 ? 1 : 4,
  })
  return fc.oneof(
    { weight: 2, arbitrary: none },
    { weight: known.length === 0 ? 1 : 4, arbitrary: some },
  )
}

const commonHeaders = {
  range: fc.oneof(fc.constantFrom('bytes=0-1', 'bytes=-3', 'bytes=9-', ''), headerText),
  'content-range': headerText,
  'x-openstack-request-id': headerText,
  'x-openstack-image-size': fc.oneof(fc.constantFrom('-1', '0', '4', '9'.repeat(30)), headerText),
  'content-type': headerText,
  'transfer-encoding': fc.constant('chunked'),
}

function headersOf(parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
  const declared = parameters.map(
    ({ name, schema }) => [name.toLowerCase(), valueFor(schema).map(headerSafe)] as const,
  )
  const some = (from: Record<string, fc.Arbitrary<string>>) =>
    fc.record<Record<string, string>>(from, { requiredKeys: [] })
  return fc
    .oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: some(Object.fromEntries(declared)) },
      { weight: 1, arbitrary: some(commonHeaders) },
    )
    .map((headers) => ({ ...headers }))
}

function headerSafe(value: unknown): string {
  return String(value).replaceAll(/[^\x21-\x7e]/g, '')
}
