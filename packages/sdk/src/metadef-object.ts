/** Objects of metadata definitions: properties that belong together, such as those of a CPU. */
import type { MetadefObjectBody } from '@vitrine/wire'
import {
  type MetadefProperty,
  type NewMetadefProperty,
  parseProperties,
  propertiesBody,
} from './metadef-property.ts'
import { Fields } from './parsing.ts'

export type MetadefObject = {
  readonly name: string
  readonly description: string | null
  /** Names of the properties that a resource must have. */
  readonly required: readonly string[]
  readonly properties: readonly MetadefProperty[]
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type NewMetadefObject = {
  readonly name: string
  readonly description?: string | null | undefined
  readonly required?: readonly string[] | undefined
  readonly properties?: readonly NewMetadefProperty[] | undefined
}

export function parseObject(body: unknown): MetadefObject {
  const fields = new Fields<keyof MetadefObjectBody | 'created_at' | 'updated_at'>('object', body)
  return {
    name: fields.text('name'),
    description: fields.textOrNull('description'),
    required: fields.list('required').map(String),
    properties: parseProperties(fields.get('properties')),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

export function objectBody({ name, description, required, properties }: NewMetadefObject) {
  return {
    name,
    ...((description ?? null) !== null && { description }),
    ...(required !== undefined && required.length > 0 && { required }),
    ...(properties !== undefined && { properties: propertiesBody(properties) }),
  }
}
