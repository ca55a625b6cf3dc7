/** What stands in a namespace: properties, objects, tags and associations, alike in all but their JSON. */
import type { Actor } from '../actor.ts'
import { ConflictError, NotFoundError, quote } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { MetadefTransaction } from '../ports/metadef-records.ts'
import type { MetadefItem, MetadefKind, MetadefNamespace, NewMetadefItem } from './metadef.ts'
import { findNamespaceFor, requireAdmin } from './metadef-access.ts'
import { requireUnprotected } from './metadef-namespaces.ts'
import type { MetadefsWithEvents } from './metadefs-with-events.ts'

/** The names by which operators know who may do what. */
const policies = {
  association: {
    add: 'add_metadef_resource_type_association',
    modify: 'add_metadef_resource_type_association',
    delete: 'remove_metadef_resource_type_association',
    deleteAll: 'remove_metadef_resource_type_association',
  },
  property: {
    add: 'add_metadef_property',
    modify: 'modify_metadef_property',
    delete: 'remove_metadef_property',
    deleteAll: 'delete_metadef_namespace',
  },
  object: {
    add: 'add_metadef_object',
    modify: 'modify_metadef_object',
    delete: 'delete_metadef_object',
    deleteAll: 'delete_metadef_namespace',
  },
  tag: {
    add: 'add_metadef_tag',
    modify: 'modify_metadef_tag',
    delete: 'delete_metadef_tag',
    deleteAll: 'delete_metadef_tags',
  },
} as const satisfies Record<MetadefKind, Record<string, string>>

export class MetadefItems {
  readonly #records: MetadefsWithEvents
  readonly #clock: Clock

  constructor(parts: { records: MetadefsWithEvents; clock: Clock }) {
    this.#records = parts.records
    this.#clock = parts.clock
  }

  /** In the order in which they were added. */
  async list(actor: Actor, namespace: string, kind: MetadefKind): Promise<readonly MetadefItem[]> {
    const { id } = await findNamespaceFor(this.#records, actor, namespace)
    const items = await this.#records.listItems([id], [kind])
    return items.get(id) ?? []
  }

  async show(
    actor: Actor,
    namespace: string,
    kind: MetadefKind,
    name: string,
  ): Promise<MetadefItem> {
    const { id } = await findNamespaceFor(this.#records, actor, namespace)
    const item = await this.#records.findItem(id, kind, name)
    if (item !== undefined) return item
    throw noItem(namespace, kind, name)
  }

  /**
   * Adds all of them, or none.
   *
   * @param instead whether they take the place of all that are there of their kind.
   * @throws {ConflictError} when a name is taken, or stands twice among them.
   */
  async add(
    actor: Actor,
    namespace: string,
    items: readonly NewMetadefItem[],
    { kind, instead = false }: { kind: MetadefKind; instead?: boolean },
  ): Promise<readonly MetadefItem[]> {
    const now = this.#clock.now()
    const added = items.map((item) => ({ ...item, createdAt: now, updatedAt: now }))
    return this.#change(actor, namespace, policies[kind].add, async (transaction, { id }) => {
      if (instead) await deleteAny(transaction, id, kind)
      const taken = await transaction.insertItems(id, added)
      if (taken !== undefined) throw itemTaken(namespace, kind, taken)
      return added
    })
  }

  /** @param name by which it is known so far. */
  async replace(
    actor: Actor,
    namespace: string,
    name: string,
    { kind, ...item }: NewMetadefItem,
  ): Promise<MetadefItem> {
    return this.#change(actor, namespace, policies[kind].modify, async (transaction, { id }) => {
      const before = await transaction.findItem(id, kind, name)
      if (before === undefined) throw noItem(namespace, kind, name)
      const after = { ...before, ...item, updatedAt: this.#clock.now() }
      if (!(await transaction.saveItem(id, name, after))) {
        throw itemTaken(namespace, kind, item.name)
      }
      return after
    })
  }

  async delete(actor: Actor, namespace: string, kind: MetadefKind, name: string): Promise<void> {
    await this.#change(actor, namespace, policies[kind].delete, async (transaction, found) => {
      const item = await transaction.findItem(found.id, kind, name)
      if (item === undefined) throw noItem(namespace, kind, name)
      requireUnprotected(found, kind)
      await transaction.deleteItem(found.id, kind, name)
    })
  }

  async deleteAll(actor: Actor, namespace: string, kind: MetadefKind): Promise<void> {
    await this.#change(actor, namespace, policies[kind].deleteAll, async (transaction, found) => {
      requireUnprotected(found, kind)
      await transaction.deleteItems(found.id, kind)
    })
  }

  /** One change of a namespace at a time, in any number of processes. */
  async #change<T>(
    actor: Actor,
    name: string,
    policy: string,
    change: (transaction: MetadefTransaction, namespace: MetadefNamespace) => Promise<T>,
  ): Promise<T> {
    return this.#records.by(actor).write(async (transaction) => {
      const namespace = await findNamespaceFor(transaction, actor, name)
      requireAdmin(actor, policy)
      return change(transaction, namespace)
    })
  }
}

/** Nobody is told that all were deleted where there were none. */
async function deleteAny(
  transaction: MetadefTransaction,
  namespaceId: string,
  kind: MetadefKind,
): Promise<void> {
  const items = await transaction.listItems([namespaceId], [kind])
  if (items.size > 0) await transaction.deleteItems(namespaceId, kind)
}

function wordFor(kind: MetadefKind): string {
  return kind === 'association' ? 'resource type association' : kind
}

function noItem(namespace: string, kind: MetadefKind, name: string): NotFoundError {
  return new NotFoundError(
    `Metadata definition ${wordFor(kind)} ${quote(name)} was not found in namespace ${quote(namespace)}`,
  )
}

function itemTaken(namespace: string, kind: MetadefKind, name: string): ConflictError {
  return new ConflictError(
    `Cannot name ${kind === 'object' ? 'an' : 'a'} ${wordFor(kind)} ${quote(name)}: there is one of that name in namespace ${quote(namespace)}`,
  )
}
