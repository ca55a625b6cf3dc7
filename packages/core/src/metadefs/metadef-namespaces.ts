/** Namespaces of metadata definitions: what projects see, and what admins change. */
import { randomUUID } from 'node:crypto'
import { type Actor, isAdmin } from '../actor.ts'
import { ConflictError, ForbiddenError, NotFoundError, quote } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { MetadefRecords } from '../ports/metadef-records.ts'
import {
  type MetadefItem,
  type MetadefKind,
  type MetadefNamespace,
  metadefKinds,
  type NamespaceFields,
  type NamespaceListQuery,
  type NewMetadefItem,
  type ResourceType,
} from './metadef.ts'
import { findNamespaceFor, maySee, requireAdmin, requireReader } from './metadef-access.ts'
import type { MetadefsWithEvents } from './metadefs-with-events.ts'

export type NamespaceListRequest = Omit<NamespaceListQuery, 'projectId' | 'after'> & {
  /** Name of the last namespace of the page before. */
  readonly marker?: string | undefined
}

/** A namespace with what it was asked to be shown with. */
export type NamespaceView = {
  readonly namespace: MetadefNamespace
  readonly items: readonly MetadefItem[]
}

/** A namespace and what stands in it, before anybody keeps it. */
export type NewNamespace = {
  readonly fields: NamespaceFields
  readonly items: readonly NewMetadefItem[]
}

/** Names of namespaces, by what became of them. */
export type LoadedNamespaces = {
  readonly created: readonly string[]
  /** They were there already, and are as they were. */
  readonly unchanged: readonly string[]
}

export class MetadefNamespaces {
  readonly #records: MetadefsWithEvents
  readonly #clock: Clock

  constructor(parts: { records: MetadefsWithEvents; clock: Clock }) {
    this.#records = parts.records
    this.#clock = parts.clock
  }

  /**
   * Creates the namespace with all of its items, or nothing.
   *
   * @param fields the owner is the caller's project where it is undefined.
   * @throws {ConflictError} when a name is taken, or stands twice among the items.
   */
  async create(
    actor: Actor,
    fields: Omit<NamespaceFields, 'owner'> & { readonly owner?: string | null | undefined },
    items: readonly NewMetadefItem[],
  ): Promise<NamespaceView> {
    requireAdmin(actor, 'add_metadef_namespace')
    const owner = fields.owner === undefined ? (actor.projectId ?? null) : fields.owner
    const created = await insert(this.#records.by(actor), this.#clock, {
      fields: { ...fields, owner },
      items,
    })
    if (created === undefined) throw nameTaken(fields.name)
    return created
  }

  /**
   * Creates those of which there are none, each whole or not at all; what is there stays unchanged.
   * Two that load at once, in whatever processes, load each namespace once.
   *
   * @param actor undefined for the operator, who starts the service.
   */
  async load(
    actor: Actor | undefined,
    namespaces: readonly NewNamespace[],
  ): Promise<LoadedNamespaces> {
    if (actor !== undefined) requireAdmin(actor, 'add_metadef_namespace')
    const created: string[] = []
    const unchanged: string[] = []
    const records = actor === undefined ? this.#records : this.#records.by(actor)
    for (const namespace of namespaces) {
      const isNew = (await insert(records, this.#clock, namespace)) !== undefined
      const names = isNew ? created : unchanged
      names.push(namespace.fields.name)
    }
    return { created, unchanged }
  }

  /** With the associations of each. */
  async list(actor: Actor, request: NamespaceListRequest): Promise<readonly NamespaceView[]> {
    requireReader(actor)
    const { marker, ...query } = request
    const after = marker === undefined ? undefined : await this.#marker(actor, marker)
    if (request.limit === 0) return []
    const projectId = isAdmin(actor) ? undefined : (actor.projectId ?? '')
    const namespaces = await this.#records.listNamespaces({ ...query, projectId, after })
    const items = await this.#records.listItems(
      namespaces.map(({ id }) => id),
      ['association'],
    )
    return namespaces.map((namespace) => ({ namespace, items: items.get(namespace.id) ?? [] }))
  }

  /** With everything in it. */
  async show(actor: Actor, name: string): Promise<NamespaceView> {
    const namespace = await findNamespaceFor(this.#records, actor, name)
    const items = await this.#records.listItems([namespace.id], metadefKinds)
    return { namespace, items: items.get(namespace.id) ?? [] }
  }

  /** Replaces what is said of the namespace; its items and, unless another is given, its owner stay. */
  async replace(
    actor: Actor,
    name: string,
    fields: Omit<NamespaceFields, 'owner'> & { readonly owner?: string | null | undefined },
  ): Promise<MetadefNamespace> {
    return this.#records.by(actor).write(async (transaction) => {
      const before = await findNamespaceFor(transaction, actor, name)
      requireAdmin(actor, 'modify_metadef_namespace')
      const owner = fields.owner === undefined ? before.owner : fields.owner
      const after = { ...before, ...fields, owner, updatedAt: this.#clock.now() }
      if (!(await transaction.saveNamespace(after))) throw nameTaken(fields.name)
      return after
    })
  }

  async delete(actor: Actor, name: string): Promise<void> {
    await this.#records.by(actor).write(async (transaction) => {
      const namespace = await findNamespaceFor(transaction, actor, name)
      requireAdmin(actor, 'delete_metadef_namespace')
      requireUnprotected(namespace)
      await transaction.deleteNamespace(namespace.id)
    })
  }

  async listResourceTypes(actor: Actor): Promise<readonly ResourceType[]> {
    requireReader(actor)
    return this.#records.listResourceTypes()
  }

  async #marker(actor: Actor, name: string): Promise<MetadefNamespace> {
    const namespace = await this.#records.findNamespace(name)
    if (namespace === undefined) {
      throw new NotFoundError(
        `Cannot list namespaces after marker ${quote(name)}: there is no such namespace`,
      )
    }
    if (maySee(actor, namespace)) return namespace
    throw new ForbiddenError(`Cannot list namespaces after marker ${quote(name)}`)
  }
}

/** @returns undefined when the name is taken. */
async function insert(
  records: MetadefRecords,
  clock: Clock,
  { fields, items }: NewNamespace,
): Promise<NamespaceView | undefined> {
  const now = clock.now()
  const namespace = { ...fields, id: randomUUID(), createdAt: now, updatedAt: now }
  const added = items.map((item) => ({ ...item, createdAt: now, updatedAt: now }))
  return records.write(async (transaction) => {
    if (!(await transaction.insertNamespace(namespace))) return undefined
    const taken = await transaction.insertItems(namespace.id, added)
    if (taken === undefined) return { namespace, items: added }
    throw new ConflictError(
      `Cannot create namespace ${quote(fields.name)}: ${quote(taken)} stands in it twice`,
    )
  })
}

/** @throws {ForbiddenError} when nothing may be deleted from the namespace. */
export function requireUnprotected(namespace: MetadefNamespace, kind?: MetadefKind): void {
  if (!namespace.protected) return
  const what = kind === undefined ? 'be deleted' : `lose its ${kind}`
  throw new ForbiddenError(
    `Namespace ${quote(namespace.name)} is protected and cannot ${what}: set its "protected" to false first`,
  )
}

function nameTaken(name: string): ConflictError {
  return new ConflictError(`Cannot name a namespace ${quote(name)}: there is one of that name`)
}
