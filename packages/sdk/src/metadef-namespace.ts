/** A namespace of metadata definitions, with what stands in it. */
import type { MetadefNamespaceBody } from '@vitrine/wire'
import { segment } from './endpoint.ts'
import {
  associationBody,
  MetadefObjects,
  MetadefProperties,
  MetadefResourceTypes,
  MetadefTags,
  type NewMetadefAssociation,
} from './metadef-items.ts'
import { type NewMetadefObject, objectBody } from './metadef-object.ts'
import { type NewMetadefProperty, propertiesBody } from './metadef-property.ts'
import { Fields } from './parsing.ts'
import type { CallOptions, Transport } from './transport.ts'

export type MetadefVisibility = 'public' | 'private'

export type MetadefNamespaceFields = {
  /** Unique among all projects, such as `OS::Compute::Watchdog`. */
  readonly name: string
  readonly displayName: string | null
  readonly description: string | null
  readonly visibility: MetadefVisibility
  /** Whether it and what stands in it are kept from being deleted. */
  readonly protected: boolean
  /** Project id; null when it belongs to none. */
  readonly owner: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What an admin may say of it. What is undefined in an update stays. */
export type MetadefNamespaceChanges = {
  readonly [Key in keyof Omit<MetadefNamespaceFields, 'createdAt' | 'updatedAt'>]?:
    | MetadefNamespaceFields[Key]
    | undefined
}

export type NewMetadefNamespace = MetadefNamespaceChanges & {
  readonly name: string
  readonly properties?: readonly NewMetadefProperty[] | undefined
  readonly objects?: readonly NewMetadefObject[] | undefined
  readonly tags?: readonly string[] | undefined
  readonly resourceTypes?: readonly NewMetadefAssociation[] | undefined
}

export class MetadefNamespace implements MetadefNamespaceFields {
  declare readonly name: string
  declare readonly displayName: string | null
  declare readonly description: string | null
  declare readonly visibility: MetadefVisibility
  declare readonly protected: boolean
  declare readonly owner: string | null
  declare readonly createdAt: Date
  declare readonly updatedAt: Date
  readonly #transport: Transport

  constructor(transport: Transport, fields: MetadefNamespaceFields) {
    this.#transport = transport
    Object.assign(this, fields)
  }

  get properties(): MetadefProperties {
    return new MetadefProperties(this.#transport, namespacePath(this.name))
  }

  get objects(): MetadefObjects {
    return new MetadefObjects(this.#transport, namespacePath(this.name))
  }

  get tags(): MetadefTags {
    return new MetadefTags(this.#transport, namespacePath(this.name))
  }

  /** What the namespace is about. */
  get resourceTypes(): MetadefResourceTypes {
    return new MetadefResourceTypes(this.#transport, namespacePath(this.name))
  }

  /**
   * Changes what is said of the namespace; for admins. Another `name` renames it.
   *
   * The service replaces all of it, so what stays is sent as this object knows it.
   *
   * @returns this namespace, as it is now.
   */
  async update(changes: MetadefNamespaceChanges, { signal }: CallOptions = {}): Promise<this> {
    const json = fieldsBody({ ...this.#said(), ...withoutUndefined(changes) })
    const path = namespacePath(this.name)
    const body = await this.#transport.json({
      method: 'PUT',
      path,
      json,
      repeat: 'after-401',
      signal,
    })
    return Object.assign(this, parseNamespace(body))
  }

  /** Asks the service how the namespace is now. */
  async refresh({ signal }: CallOptions = {}): Promise<this> {
    const path = namespacePath(this.name)
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    return Object.assign(this, parseNamespace(body))
  }

  /**
   * Deletes it with all that stands in it; for admins.
   *
   * @throws {ForbiddenError} when it is protected.
   */
  async delete(options?: CallOptions): Promise<void> {
    await this.#transport.delete(namespacePath(this.name), options)
  }

  #said() {
    const { name, displayName, description, visibility, owner } = this
    return { name, displayName, description, visibility, owner, protected: this.protected }
  }
}

export function namespacePath(name: string): string {
  return `v2/metadefs/namespaces/${segment('namespace', name)}`
}

export function parseNamespace(body: unknown): MetadefNamespaceFields {
  const fields = new Fields<keyof MetadefNamespaceBody | 'created_at' | 'updated_at'>(
    'namespace',
    body,
  )
  return {
    name: fields.text('namespace'),
    displayName: fields.textOrNull('display_name'),
    description: fields.textOrNull('description'),
    visibility: fields.oneOf('visibility', ['public', 'private']),
    protected: fields.boolean('protected'),
    owner: fields.textOrNull('owner'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

export function newNamespaceBody(namespace: NewMetadefNamespace) {
  const { properties, objects, tags, resourceTypes } = namespace
  return {
    ...fieldsBody(namespace),
    ...(properties !== undefined && { properties: propertiesBody(properties) }),
    ...(objects !== undefined && { objects: objects.map(objectBody) }),
    ...(tags !== undefined && { tags: tags.map((name) => ({ name })) }),
    ...(resourceTypes !== undefined && {
      resource_type_associations: resourceTypes.map(associationBody),
    }),
  }
}

/** What is null is not said: the service takes no null. */
function fieldsBody(fields: MetadefNamespaceChanges) {
  const said = {
    namespace: fields.name,
    display_name: fields.displayName,
    description: fields.description,
    visibility: fields.visibility,
    protected: fields.protected,
    owner: fields.owner,
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => (value ?? null) !== null))
}

function withoutUndefined(changes: MetadefNamespaceChanges): MetadefNamespaceChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}
