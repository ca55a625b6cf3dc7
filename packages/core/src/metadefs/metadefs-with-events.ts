/**
 * The one place where a change of metadata definitions becomes events, as `records-with-events.ts`
 * is for images: they are kept in the transaction of the change.
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from '../actor.ts'
import { type EventActor, eventActor, type Happening, toEvent } from '../events.ts'
import type { Clock } from '../ports/clock.ts'
import type { MetadefRecords, MetadefTransaction } from '../ports/metadef-records.ts'
import type { MetadefKind, MetadefNamespace } from './metadef.ts'
import { metadefEventWords, metadefItemFacts, namespaceFacts } from './metadef-events.ts'

export interface MetadefsWithEvents extends MetadefRecords {
  /** The same records, for changes that this caller makes. */
  by(actor: Actor): MetadefsWithEvents
}

/** @param actor who makes the changes; null for the operator. */
export function metadefsWithEvents(
  records: MetadefRecords,
  clock: Clock,
  actor: EventActor | null = null,
): MetadefsWithEvents {
  return {
    ...records,
    by: (caller) => metadefsWithEvents(records, clock, eventActor(caller)),
    write: (work) =>
      records.write(async (transaction) => {
        const happenings: Happening[] = []
        const result = await work(witnessed(transaction, clock, happenings))
        if (happenings.length > 0) {
          const at = clock.now()
          await transaction.insertEvents(
            happenings.map((one) => toEvent(one, { id: randomUUID(), at, actor })),
          )
        }
        return result
      }),
  }
}

function witnessed(
  transaction: MetadefTransaction,
  clock: Clock,
  happenings: Happening[],
): MetadefTransaction {
  // What is about to change was read before, in this very transaction.
  const namespaces = new Map<string, MetadefNamespace>()
  const announce = (happening: Happening) => happenings.push(happening)
  const factsOf = (id: string) => {
    const namespace = namespaces.get(id)
    return namespace && namespaceFacts(namespace)
  }
  const now = () => clock.now().toISOString()

  return {
    ...transaction,

    async findNamespace(name) {
      const namespace = await transaction.findNamespace(name)
      if (namespace !== undefined) namespaces.set(namespace.id, namespace)
      return namespace
    },

    async insertNamespace(namespace) {
      const inserted = await transaction.insertNamespace(namespace)
      if (!inserted) return false
      namespaces.set(namespace.id, namespace)
      const payload = { namespace: namespaceFacts(namespace) }
      announce({ type: 'metadef_namespace.create', payload })
      return true
    },

    async saveNamespace(namespace) {
      const before = namespaces.get(namespace.id)
      const saved = await transaction.saveNamespace(namespace)
      if (!saved || before === undefined) return saved
      namespaces.set(namespace.id, namespace)
      const payload = { namespace: namespaceFacts(namespace), previousName: before.name }
      announce({ type: 'metadef_namespace.update', payload })
      return true
    },

    async deleteNamespace(id) {
      const namespace = factsOf(id)
      await transaction.deleteNamespace(id)
      if (namespace === undefined) return
      const payload = { namespace, deletedAt: now() }
      announce({ type: 'metadef_namespace.delete', payload })
    },

    async insertItems(namespaceId, items) {
      const taken = await transaction.insertItems(namespaceId, items)
      const namespace = factsOf(namespaceId)
      if (taken !== undefined || namespace === undefined) return taken
      for (const item of items) {
        const type = `metadef_${metadefEventWords[item.kind].one}.create` as const
        announce({ type, payload: { namespace, item: metadefItemFacts(item) } })
      }
      return undefined
    },

    async saveItem(namespaceId, name, item) {
      const saved = await transaction.saveItem(namespaceId, name, item)
      const namespace = factsOf(namespaceId)
      // An association is never changed: it is there or not.
      if (!saved || namespace === undefined || item.kind === 'association') return saved
      const type = `metadef_${metadefEventWords[item.kind].one}.update` as const
      const payload = { namespace, item: metadefItemFacts(item), previousName: name }
      announce({ type, payload })
      return true
    },

    async deleteItem(namespaceId, kind, name) {
      const item = await transaction.findItem(namespaceId, kind, name)
      await transaction.deleteItem(namespaceId, kind, name)
      const namespace = factsOf(namespaceId)
      if (item === undefined || namespace === undefined) return
      const type = `metadef_${metadefEventWords[kind].one}.delete` as const
      announce({ type, payload: { namespace, item: metadefItemFacts(item), deletedAt: now() } })
    },

    async deleteItems(namespaceId, kind) {
      await transaction.deleteItems(namespaceId, kind)
      const namespace = factsOf(namespaceId)
      const type = allDeleted(kind)
      if (namespace === undefined || type === undefined) return
      announce({ type, payload: { namespace, deletedAt: now() } })
    },
  }
}

function allDeleted(kind: MetadefKind) {
  const { all } = metadefEventWords[kind]
  return all && (`metadef_namespace.delete_${all}` as const)
}
