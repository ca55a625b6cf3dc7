import type {
  FoundDefinition,
  MetadefItem,
  MetadefKind,
  MetadefNamespace,
  NamespaceListQuery,
  ResourceType,
} from '../metadefs/metadef.ts'
import type { EventWriter } from './event-outbox.ts'

/**
 * Keeps metadata definitions. Names are compared as they are, letter case included.
 *
 * The promises below are tests in `@vitrine/conformance`: an adapter that passes may be used.
 */
export interface MetadefRecords extends MetadefReader {
  /**
   * Runs `work` as one transaction: all of its changes are kept, or none when it throws. A namespace
   * that is read inside is locked until the end. `work` may be run again from its start.
   */
  write<T>(work: (transaction: MetadefTransaction) => Promise<T>): Promise<T>
}

export interface MetadefReader {
  findNamespace(name: string): Promise<MetadefNamespace | undefined>

  /** One page. Missing values sort as empty text. */
  listNamespaces(query: NamespaceListQuery): Promise<readonly MetadefNamespace[]>

  findItem(namespaceId: string, kind: MetadefKind, name: string): Promise<MetadefItem | undefined>

  /** Of these namespaces and kinds, by namespace; in the order in which they were added. */
  listItems(
    namespaceIds: readonly string[],
    kinds: readonly MetadefKind[],
  ): Promise<ReadonlyMap<string, readonly MetadefItem[]>>

  /** By name. */
  listResourceTypes(): Promise<readonly ResourceType[]>

  /**
   * What public namespaces, and this project's own, say of the property, in those that are about
   * the type of resource. The name is as the resource has it, with the association's prefix. The
   * oldest namespace counts; in it, what it says itself comes before what its objects say.
   */
  findDefinition(
    projectId: string | undefined,
    resourceType: string,
    property: string,
  ): Promise<FoundDefinition | undefined>
}

export interface MetadefTransaction extends MetadefReader, EventWriter {
  /** @returns false, changing nothing, when the name is taken. */
  insertNamespace(namespace: MetadefNamespace): Promise<boolean>

  /** @returns false when another namespace has the name; then nothing may be kept of the transaction. */
  saveNamespace(namespace: MetadefNamespace): Promise<boolean>

  /** The namespace is gone, with everything in it. */
  deleteNamespace(id: string): Promise<void>

  /**
   * Adds them in this order. Associations make their type of resource known.
   *
   * @returns the name that is taken, by another of them or one that was there before; then nothing
   *   may be kept of the transaction.
   */
  insertItems(namespaceId: string, items: readonly MetadefItem[]): Promise<string | undefined>

  /**
   * @param name by which it was known.
   * @returns false, changing nothing, when another item has the new name.
   */
  saveItem(namespaceId: string, name: string, item: MetadefItem): Promise<boolean>

  deleteItem(namespaceId: string, kind: MetadefKind, name: string): Promise<void>

  deleteItems(namespaceId: string, kind: MetadefKind): Promise<void>
}
