/** What a property of an image, or of another resource, may be. */
import type { MetadefPropertyBody } from '@vitrine/wire'
import { Fields } from './parsing.ts'

export type MetadefPropertyType = 'array' | 'boolean' | 'integer' | 'number' | 'object' | 'string'

const types: readonly MetadefPropertyType[] = [
  'array',
  'boolean',
  'integer',
  'number',
  'object',
  'string',
]

/** As the service tells it. What it does not say is null, empty or false. */
export type MetadefProperty = {
  readonly name: string
  readonly type: MetadefPropertyType
  /** What people read. */
  readonly title: string
  readonly description: string | null
  /** Such as `<or>`: what a value may begin with. */
  readonly operators: readonly string[]
  /** As text, whatever the type is. */
  readonly default: string | null
  readonly readonly: boolean
  readonly minimum: number | null
  readonly maximum: number | null
  /** The values that it may have; null for any. */
  readonly enum: readonly unknown[] | null
  readonly pattern: string | null
  readonly minLength: number | null
  readonly maxLength: number | null
  /** Of an array: what its items may be, as a schema. */
  readonly items: unknown
  readonly uniqueItems: boolean
  readonly minItems: number | null
  readonly maxItems: number | null
  readonly additionalItems: boolean | null
}

/** A property to be defined: one that was read will do, or just what there is to say. */
export type NewMetadefProperty = Pick<MetadefProperty, 'name' | 'type' | 'title'> & {
  readonly [Key in Exclude<keyof MetadefProperty, 'name' | 'type' | 'title' | 'default'>]?:
    | MetadefProperty[Key]
    | undefined
} & { readonly default?: unknown }

export function parseProperty(body: unknown, name?: string): MetadefProperty {
  const fields = new Fields<keyof MetadefPropertyBody>('property', body)
  const has = (key: keyof MetadefPropertyBody) => (fields.get(key) ?? null) !== null
  return {
    name: name ?? fields.text('name'),
    type: fields.oneOf('type', types),
    title: fields.text('title'),
    description: fields.textOrNull('description'),
    operators: fields.list('operators').map(String),
    default: fields.textOrNull('default'),
    readonly: fields.boolean('readonly'),
    minimum: fields.numberOrNull('minimum'),
    maximum: fields.numberOrNull('maximum'),
    enum: has('enum') ? fields.list('enum') : null,
    pattern: fields.textOrNull('pattern'),
    minLength: fields.numberOrNull('minLength'),
    maxLength: fields.numberOrNull('maxLength'),
    items: fields.get('items') ?? null,
    uniqueItems: fields.boolean('uniqueItems'),
    minItems: fields.numberOrNull('minItems'),
    maxItems: fields.numberOrNull('maxItems'),
    additionalItems: has('additionalItems') ? fields.boolean('additionalItems') : null,
  }
}

/** Properties by name, as namespaces and objects hold them. */
export function parseProperties(body: unknown): readonly MetadefProperty[] {
  const byName = new Fields<string>('properties', body ?? {})
  return byName.entries().map(([name, property]) => parseProperty(property, name))
}

/** What is null is not said: the service takes no null. */
export function propertyBody(property: NewMetadefProperty): Readonly<Record<string, unknown>> {
  const said = Object.entries(property).filter(([, value]) => (value ?? null) !== null)
  return Object.fromEntries(said)
}

export function propertiesBody(properties: readonly NewMetadefProperty[]) {
  return Object.fromEntries(properties.map((one) => [one.name, propertyBody(one)]))
}
