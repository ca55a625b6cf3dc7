/**
 * Bodies made from their schema: some as it asks for them, some changed in one place, some that no
 * client would write.
 *
 * A schema calls text what is often more than that, so parts are filled with likely values by their
 * names; `@image_id@` in one stands for a name that exists, which whoever sends the body puts in.
 */
import fc from 'fast-check'
import { brokenJson, jsonValue, text } from './fuzz-values.ts'

export type JsonSchema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
}

export type RequestBody = {
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
}

export type Sent = readonly [type: string | undefined, body: string | Uint8Array | undefined]

export function sentFor(requestBody: RequestBody | undefined): fc.Arbitrary<Sent> {
  const nothing: fc.Arbitrary<Sent> = fc.constant([undefined, undefined])
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === undefined || content === undefined) {
    const unexpected = brokenJson.map((body) => [undefined, body] as const)
    return fc.oneof({ weight: 19, arbitrary: nothing }, { weight: 1, arbitrary: unexpected })
  }
  const broken = fc.oneof(
    nothing,
    brokenJson.map((body) => [type, body] as const),
  )
  const good = type.includes('json') ? jsonFor(type, content.schema) : dataOf(type)
  return fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: broken })
}

function dataOf(type: string): fc.Arbitrary<Sent> {
  return fc.uint8Array({ maxLength: 2000 }).map((data) => [type, data] as const)
}

function jsonFor(type: string, schema: JsonSchema): fc.Arbitrary<Sent> {
  const value = valueFor(schema)
  const any = fc.oneof(value, value, mutated(value))
  const written = any.map((one) => [type, JSON.stringify(one)] as const)
  if (!type.includes('v2.1-json-patch')) return written
  const older = type.replace('v2.1', 'v2.0')
  return fc.oneof(
    written,
    any.map((patch) => [older, inOlderDialect(patch)] as const),
  )
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

const urls = fc.constantFrom(
  ...'http://127.0.0.1:1/x http://localhost/ http://[::1]/ http://10.0.0.1/ ftp://a/'.split(' '),
  ...'http://a.invalid/ https:// file:///etc/passwd http://a@b:99999/ http://2130706433/'.split(
    ' ',
  ),
)
const digits = fc.constantFrom('ab'.repeat(16), 'ab'.repeat(64), 'AB'.repeat(32), 'x'.repeat(128))
const storeIds = fc.constantFrom('fast', 'slow', 'web', 'unknown')
const location = fc.record({ url: urls, metadata: fc.constant({ a: 'b' }) })

/** By the name of what holds them. */
const likely: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: fc.constantFrom(
    ...['glance-direct', 'web-download', 'copy-image', 'glance-download', 'p', 't', 'new'],
    ...['OS::Glance::Image', 'admin', '@namespace@'],
  ),
  namespace: fc.oneof(
    fc.constant('@namespace@'),
    fc.uuid().map((id) => `n-${id}`),
  ),
  path: fc.constantFrom(
    ...'/name /tags /visibility /protected /min_ram /os_distro /new /kernel_id'.split(' '),
    ...'/locations /locations/- /locations/0 /disk_format /owner'.split(' '),
  ),
  value: fc.oneof(
    fc.constantFrom<unknown>('debian', 'shared', 'raw', true, 512, null, ['t', 'u'], []),
    location,
    fc.array(location, { maxLength: 2 }),
  ),
  method: fc.oneof(
    fc.constantFrom({ name: 'glance-direct' }, { name: 'copy-image' }),
    fc.record({ name: fc.constant('web-download'), uri: urls }),
    fc.constant({
      name: 'glance-download',
      glance_region: 'nowhere',
      glance_image_id: '@image_id@',
    }),
  ),
  member: fc.constant('@member_id@'),
  owner: fc.constant('@member_id@'),
  glance_image_id: fc.constant('@image_id@'),
  id: fc.oneof(fc.uuid(), fc.constant('@image_id@')),
  stores: fc.array(storeIds, { maxLength: 3 }),
  os_hash_value: digits,
  url: urls,
  uri: urls,
  import_from: urls,
  image_properties: fc.constant({ disk_format: 'raw', container_format: 'bare' }),
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
      return fc.array(valueFor(schema.items ?? {}), { maxLength: 3 })
    case 'object':
      return objectOf(schema)
    default:
      if (schema.format === 'date-time') return fc.constant('2026-01-31T00:00:00Z')
      return schema.pattern?.includes('a-fA-F') ? fc.uuid() : text
  }
}

/** All that must be there, and a little of what may be: of much, something would always be wrong. */
function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties = true } = schema
  const optional = Object.keys(properties).filter((name) => !required.includes(name))
  const more =
    additionalProperties === false
      ? fc.constant([])
      : fc.array(
          fc.tuple(text, valueFor(additionalProperties === true ? {} : additionalProperties)),
          { maxLength: 1 },
        )
  return fc.subarray(optional, { maxLength: Math.min(3, optional.length) }).chain((chosen) => {
    const entries = [...required, ...chosen].map((name) => {
      const byType = valueFor(properties[name] ?? {})
      const byName = likely[name]
      if (byName === undefined) return [name, byType] as const
      return [name, fc.oneof({ weight: 4, arbitrary: byName }, { weight: 1, arbitrary: byType })]
    })
    const declared: fc.Arbitrary<object> = fc.record(Object.fromEntries(entries))
    const strange = fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: more },
    )
    return fc
      .tuple(declared, strange)
      .map(([object, rest]) => ({ ...Object.fromEntries(rest), ...object }))
  })
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
