/**
 * Requests made from the description of an API: some as it asks for them, some changed a little in
 * one place, so that they come past the first check and fail, if they do, somewhere deeper.
 */
import fc from 'fast-check'
import { brokenJson, encode, headerText, jsonValue, text } from './fuzz-values.ts'

export type JsonSchema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
}

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
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: JsonSchema }>> }
  readonly responses: Readonly<Record<string, unknown>>
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
      sent: bodyOf(operation),
    })
    .map(({ sent: [type, body], headers, ...rest }) => ({
      ...rest,
      body,
      headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    }))
}

const pathPart: fc.Arbitrary<PathPart> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ nth: fc.nat(20) }) },
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
  return fc.array(fc.oneof({ weight: 1, arbitrary: anything }, ...known), {
    maxLength: known.length === 0 ? 1 : 4,
  })
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
  // None of them must be there, and often none is.
  return fc
    .oneof(
      fc.record<Record<string, string>>(Object.fromEntries(declared), { requiredKeys: [] }),
      fc.record<Record<string, string>>(commonHeaders, { requiredKeys: [] }),
    )
    .map((headers) => ({ ...headers }))
}

function headerSafe(value: unknown): string {
  return String(value).replaceAll(/[^\x21-\x7e]/g, '')
}

type Sent = readonly [type: string | undefined, body: string | Uint8Array | undefined]

function bodyOf({ requestBody }: ApiOperation): fc.Arbitrary<Sent> {
  const nothing: fc.Arbitrary<Sent> = fc.constant([undefined, undefined])
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === undefined || content === undefined) {
    const unexpected = brokenJson.map((body) => [undefined, body] as const)
    return fc.oneof({ weight: 9, arbitrary: nothing }, { weight: 1, arbitrary: unexpected })
  }
  const broken = brokenJson.map((body) => [type, body] as const)
  if (!type.includes('json')) return fc.oneof(nothing, broken)
  const value = valueFor(content.schema)
  const written = fc.oneof(value, value, mutated(value)).map(JSON.stringify)
  const forms = [written.map((body) => [type, body] as const)]
  if (type.includes('v2.1-json-patch')) {
    const older = type.replace('v2.1', 'v2.0')
    forms.push(fc.oneof(value, mutated(value)).map((patch) => [older, inOlderDialect(patch)]))
  }
  return fc.oneof({ weight: 6, arbitrary: fc.oneof(...forms) }, { weight: 1, arbitrary: broken })
}

/** `[{"op": "add", "path": "/a"}]` as `[{"add": "/a"}]`. */
function inOlderDialect(patch: unknown): string {
  if (!Array.isArray(patch)) return JSON.stringify(patch)
  const operations = patch.map((one: unknown) => {
    const { op, path, ...rest } = Object(one)
    return { [String(op)]: path, ...rest }
  })
  return JSON.stringify(operations)
}

/** A value that the schema asks for, as far as we read it; text may be longer or stranger. */
export function valueFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const types = [schema.type ?? []].flat()
  if (types.length === 0) return jsonValue
  return fc.oneof(...types.map((type) => valueOfType(type, schema)))
}

function valueOfType(type: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -2, max: 5000 })
    case 'number':
      return fc.double({ noNaN: true })
    case 'array':
      return fc.array(valueFor(schema.items ?? {}), { maxLength: 4 })
    case 'object':
      return objectOf(schema)
    default:
      return schema.pattern?.includes('a-fA-F') ? fc.uuid() : text
  }
}

function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties = true } = schema
  const known = Object.entries(properties).map(([name, one]) => [name, valueFor(one)] as const)
  const declared = fc.record(Object.fromEntries(known), { requiredKeys: [...required] })
  if (additionalProperties === false) return declared
  const rest = valueFor(additionalProperties === true ? {} : additionalProperties)
  return fc
    .tuple(declared, fc.array(fc.tuple(text, rest), { maxLength: 2 }))
    .map(([object, more]) => ({ ...Object.fromEntries(more), ...object }))
}

/** The value with one of its parts replaced, left out or wrapped. */
function mutated(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(value, fc.nat(), fc.constantFrom('replace', 'leave out', 'wrap'), jsonValue)
    .map(([whole, place, change, other]) => {
      const all = countParts(whole)
      let left = place % all
      const visit = (part: unknown): unknown => {
        if (left-- === 0)
          return change === 'replace' ? other : change === 'wrap' ? [part] : undefined
        if (Array.isArray(part)) return part.map(visit)
        if (typeof part !== 'object' || part === null) return part
        return Object.fromEntries(Object.entries(part).map(([key, one]) => [key, visit(one)]))
      }
      return visit(whole) ?? null
    })
}

function countParts(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce((sum: number, one) => sum + countParts(one), 1)
}
