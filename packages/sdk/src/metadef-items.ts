/**
 * What stands in a namespace: `namespace.properties`, `.objects`, `.tags` and `.resourceTypes`.
 *
 * Everyone who sees the namespace may read; admins change it. A list is lazy, and asks again when it
 * is iterated again.
 */
import { segment } from './endpoint.ts'
import {
  type MetadefObject,
  type NewMetadefObject,
  objectBody,
  parseObject,
} from './metadef-object.ts'
import {
  type MetadefProperty,
  type NewMetadefProperty,
  parseProperties,
  parseProperty,
  propertyBody,
} from './metadef-property.ts'
import { listAll } from './pages.ts'
import { Fields } from './parsing.ts'
import type { Call, CallOptions, Transport } from './transport.ts'

/** Gives properties the names that they have on such a resource, such as `OS::Glance::Image`. */
export type ForResourceType = { readonly resourceType?: string | undefined }

export type MetadefTag = {
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** That a namespace is about a type of resource. */
export type MetadefAssociation = {
  /** The type, such as `OS::Nova::Flavor`. */
  readonly name: string
  /** What its properties begin with there, such as `hw:`. */
  readonly prefix: string | null
  /** Which of several kinds of properties are meant, such as `image` of a volume. */
  readonly propertiesTarget: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type NewMetadefAssociation = {
  readonly name: string
  readonly prefix?: string | null | undefined
  readonly propertiesTarget?: string | null | undefined
}

/** Calls beneath one path. */
class Calls {
  readonly transport: Transport
  readonly path: string

  constructor(transport: Transport, path: string) {
    this.transport = transport
    this.path = path
  }

  to(what: string, name: string): string {
    return `${this.path}/${segment(what, name)}`
  }

  get(path: string, { signal }: CallOptions = {}): Promise<unknown> {
    return this.transport.json({ method: 'GET', path, repeat: 'safe', signal })
  }

  post(call: Partial<Call>, { signal }: CallOptions = {}): Promise<unknown> {
    const { path } = this
    return this.transport.json({ path, ...call, method: 'POST', repeat: 'after-401', signal })
  }

  /** Not repeated: what is replaced may be renamed by it. */
  put(path: string, json: unknown, { signal }: CallOptions = {}): Promise<unknown> {
    return this.transport.json({ method: 'PUT', path, json, repeat: 'after-401', signal })
  }
}

export class MetadefProperties {
  readonly #calls: Calls
  readonly #namespace: string

  constructor(transport: Transport, namespace: string) {
    this.#namespace = namespace
    this.#calls = new Calls(transport, `${namespace}/properties`)
  }

  async *list(options: CallOptions & ForResourceType = {}): AsyncGenerator<MetadefProperty, void> {
    // Only the whole namespace is told with prefixes.
    const path =
      options.resourceType === undefined
        ? this.#calls.path
        : `${this.#namespace}?${new URLSearchParams({ resource_type: options.resourceType })}`
    const body = new Fields<'properties'>('properties', await this.#calls.get(path, options))
    yield* parseProperties(body.get('properties'))
  }

  /** @throws {NotFoundError} when there is none, or with a `resourceType` none of that name on it. */
  async get(name: string, options: CallOptions & ForResourceType = {}): Promise<MetadefProperty> {
    const { resourceType } = options
    const query =
      resourceType === undefined ? '' : `?${new URLSearchParams({ resource_type: resourceType })}`
    const path = `${this.#calls.to('property', name)}${query}`
    return parseProperty(await this.#calls.get(path, options))
  }

  /** @throws {ConflictError} when the name is taken. */
  async add(property: NewMetadefProperty, options?: CallOptions): Promise<MetadefProperty> {
    return parseProperty(await this.#calls.post({ json: propertyBody(property) }, options))
  }

  /** Says it anew, whole. Another name renames it. */
  async replace(
    name: string,
    property: NewMetadefProperty,
    options?: CallOptions,
  ): Promise<MetadefProperty> {
    const path = this.#calls.to('property', name)
    return parseProperty(await this.#calls.put(path, propertyBody(property), options))
  }

  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.to('property', name), options)
  }

  async deleteAll(options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.path, options)
  }
}

export class MetadefObjects {
  readonly #calls: Calls

  constructor(transport: Transport, namespace: string) {
    this.#calls = new Calls(transport, `${namespace}/objects`)
  }

  list({ signal }: CallOptions = {}): AsyncIterable<MetadefObject> {
    const { transport, path } = this.#calls
    const query = new URLSearchParams()
    return listAll(transport, { path, query, key: 'objects', parse: parseObject, signal })
  }

  /** @throws {NotFoundError} when there is none. */
  async get(name: string, options?: CallOptions): Promise<MetadefObject> {
    return parseObject(await this.#calls.get(this.#calls.to('object', name), options))
  }

  /** @throws {ConflictError} when the name is taken. */
  async add(object: NewMetadefObject, options?: CallOptions): Promise<MetadefObject> {
    return parseObject(await this.#calls.post({ json: objectBody(object) }, options))
  }

  /** Says it anew, whole. Another name renames it. */
  async replace(
    name: string,
    object: NewMetadefObject,
    options?: CallOptions,
  ): Promise<MetadefObject> {
    const path = this.#calls.to('object', name)
    return parseObject(await this.#calls.put(path, objectBody(object), options))
  }

  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.to('object', name), options)
  }

  async deleteAll(options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.path, options)
  }
}

const defaultPageSize = 500

export class MetadefTags {
  readonly #calls: Calls

  constructor(transport: Transport, namespace: string) {
    this.#calls = new Calls(transport, `${namespace}/tags`)
  }

  /** Their names, newest first. */
  async *list({
    signal,
    pageSize = defaultPageSize,
  }: CallOptions & { readonly pageSize?: number } = {}): AsyncGenerator<string, void> {
    // A page has no link to the next, and a service may give fewer than were asked for.
    const query = new URLSearchParams({ limit: String(pageSize) })
    for (;;) {
      const body = await this.#calls.get(`${this.#calls.path}?${query}`, { signal })
      const names = new Fields<'tags'>('tags', body).list('tags').map(nameOf)
      yield* names
      const last = names.at(-1)
      if (last === undefined) return
      query.set('marker', last)
    }
  }

  /** @throws {NotFoundError} when there is none. */
  async get(name: string, options?: CallOptions): Promise<MetadefTag> {
    return parseTag(await this.#calls.get(this.#calls.to('tag', name), options))
  }

  /** @throws {ConflictError} when there is one of a name; then none is added. */
  async add(names: string | readonly string[], options?: CallOptions): Promise<void> {
    await this.#post([names].flat(), { 'x-openstack-append': 'True' }, options)
  }

  /** Takes all that there are away, and puts these in their place. */
  async replaceAll(names: readonly string[], options?: CallOptions): Promise<void> {
    if (names.length === 0) return this.deleteAll(options)
    await this.#post(names, {}, options)
  }

  async rename(name: string, newName: string, options?: CallOptions): Promise<MetadefTag> {
    const path = this.#calls.to('tag', name)
    return parseTag(await this.#calls.put(path, { name: newName }, options))
  }

  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.to('tag', name), options)
  }

  async deleteAll(options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.path, options)
  }

  async #post(
    names: readonly string[],
    headers: Readonly<Record<string, string>>,
    options?: CallOptions,
  ): Promise<void> {
    await this.#calls.post({ json: { tags: names.map((name) => ({ name })) }, headers }, options)
  }
}

export class MetadefResourceTypes {
  readonly #calls: Calls

  constructor(transport: Transport, namespace: string) {
    this.#calls = new Calls(transport, `${namespace}/resource_types`)
  }

  list({ signal }: CallOptions = {}): AsyncIterable<MetadefAssociation> {
    const { transport, path } = this.#calls
    const key = 'resource_type_associations'
    const query = new URLSearchParams()
    return listAll(transport, { path, query, key, parse: parseAssociation, signal })
  }

  /** Says that the namespace is about a type of resource, which need not be known before. */
  async add(
    association: NewMetadefAssociation,
    options?: CallOptions,
  ): Promise<MetadefAssociation> {
    const json = associationBody(association)
    return parseAssociation(await this.#calls.post({ json }, options))
  }

  async delete(name: string, options?: CallOptions): Promise<void> {
    await this.#calls.transport.delete(this.#calls.to('resource type', name), options)
  }
}

function nameOf(tag: unknown): string {
  return new Fields<'name'>('tag', tag).text('name')
}

function parseTag(body: unknown): MetadefTag {
  const fields = new Fields<'name' | 'created_at' | 'updated_at'>('tag', body)
  return {
    name: fields.text('name'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

function parseAssociation(body: unknown): MetadefAssociation {
  const fields = new Fields<'name' | 'prefix' | 'properties_target' | 'created_at' | 'updated_at'>(
    'resource type',
    body,
  )
  return {
    name: fields.text('name'),
    prefix: fields.textOrNull('prefix'),
    propertiesTarget: fields.textOrNull('properties_target'),
    createdAt: fields.date('created_at'),
    updatedAt: fields.date('updated_at'),
  }
}

export function associationBody({ name, prefix, propertiesTarget }: NewMetadefAssociation) {
  return {
    name,
    ...((prefix ?? null) !== null && { prefix }),
    ...((propertiesTarget ?? null) !== null && { properties_target: propertiesTarget }),
  }
}
