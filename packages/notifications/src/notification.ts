/**
 * Events as notifications: the names, priorities and payloads that listeners of Glance expect.
 *
 * Source: Images API v2, "Notifications".
 */
import type { Event, EventPayloads, ImageFacts, MemberFacts, TaskFacts } from '@vitrine/core'
import {
  associationPayload,
  namespacePayload,
  objectPayload,
  propertyPayload,
  tagPayload,
} from './metadef-payload.ts'
import { deletion, toTime } from './payload-time.ts'

export type Notification = {
  /** The event's: it stays the same when a notification is sent once more. */
  readonly messageId: string
  readonly eventType: string
  readonly priority: 'INFO' | 'ERROR'
  /** An object, or a sentence where something failed. */
  readonly payload: unknown
  readonly at: Date
}

export type NotificationRules = {
  /** Types of events that are not told, such as `image.send`, or groups of them, such as `image.member` or `task`. */
  readonly disabled: readonly string[]
  /** Whether the operator named the stores, so that listeners are told of them. */
  readonly storesAreNamed: boolean
}

/** @returns undefined for an event that the operator does not want told. */
export function toNotification(event: Event, rules: NotificationRules): Notification | undefined {
  const { id: messageId, type: eventType, at } = event
  if (isOurs(event) || isDisabled(eventType, rules.disabled)) return undefined
  return { messageId, eventType, at, priority: priorityOf(event), payload: payloadOf(event, rules) }
}

/** What the Images API knows nothing of is no business of its listeners. */
type OurType =
  | 'image.member.remind'
  | 'contact.prove'
  | 'access_request.ask'
  | `image.listing.${string}`
  | `image.request.${string}`
const ourTypes =
  /^(image\.member\.remind|contact\.prove|access_request\.ask|image\.(listing|request)\..+)$/
type Ours = Extract<Event, { type: OurType }>

function isOurs(event: Event): event is Ours {
  const { type } = event
  return ourTypes.test(type)
}

function isDisabled(type: string, disabled: readonly string[]): boolean {
  return disabled.some((one) => type === one || type.startsWith(`${one}.`))
}

type Known = Exclude<Event, Ours>

function priorityOf(event: Event): Notification['priority'] {
  if (event.type === 'image.upload' && event.payload.failure !== null) return 'ERROR'
  if (event.type === 'image.send' && event.payload.bytesSent < event.payload.bytesAsked) {
    return 'ERROR'
  }
  return 'INFO'
}

function payloadOf(event: Known, { storesAreNamed }: NotificationRules): unknown {
  switch (event.type) {
    case 'image.create':
    case 'image.update':
    case 'image.activate':
      return imagePayload(event.payload.image)
    case 'image.prepare':
      return {
        ...withStores(event.payload.image),
        ...(storesAreNamed && { backend: event.payload.storeId }),
      }
    case 'image.upload':
      return event.payload.failure ?? withStores(event.payload.image)
    case 'image.send':
      return sendPayload(event, event.payload)
    case 'image.delete':
      return imagePayload(event.payload.image, event.payload.deletedAt)
    case 'image.member.create':
    case 'image.member.update':
      return memberPayload(event.payload.member)
    case 'image.member.delete':
      return memberPayload(event.payload.member, event.payload.deletedAt)
    case 'task.create':
    case 'task.run':
    case 'task.processing':
    case 'task.success':
    case 'task.failure':
      return taskPayload(event.payload.task)
    case 'metadef_namespace.create':
    case 'metadef_namespace.update':
    case 'metadef_namespace.delete':
    case 'metadef_namespace.delete_objects':
    case 'metadef_namespace.delete_properties':
    case 'metadef_namespace.delete_tags':
      return namespacePayload(event.payload)
    case 'metadef_object.create':
    case 'metadef_object.update':
    case 'metadef_object.delete':
      return objectPayload(event.payload)
    case 'metadef_property.create':
    case 'metadef_property.update':
    case 'metadef_property.delete':
      return propertyPayload(event.payload)
    case 'metadef_resource_type.create':
    case 'metadef_resource_type.delete':
      return associationPayload(event.payload)
    case 'metadef_tag.create':
    case 'metadef_tag.update':
    case 'metadef_tag.delete':
      return tagPayload(event.payload)
  }
}

function imagePayload(image: ImageFacts, deletedAt: string | null = null) {
  return {
    id: image.id,
    name: image.name,
    status: image.status,
    created_at: toTime(image.createdAt),
    updated_at: toTime(image.updatedAt),
    min_disk: image.minDiskGib,
    min_ram: image.minRamMib,
    protected: image.protected,
    checksum: image.checksum,
    owner: image.owner,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    size: image.sizeBytes,
    virtual_size: image.virtualSizeBytes,
    is_public: image.visibility === 'public',
    visibility: image.visibility,
    properties: image.properties,
    tags: image.tags,
    ...deletion(deletedAt),
  }
}

function withStores(image: ImageFacts) {
  return {
    ...imagePayload(image),
    os_glance_importing_to_stores: image.remainingStores,
    os_glance_failed_import: image.failedStores,
  }
}

function sendPayload({ actor }: Event, sent: EventPayloads['image.send']) {
  return {
    bytes_sent: sent.bytesSent,
    image_id: sent.image.id,
    owner_id: sent.image.owner,
    receiver_tenant_id: actor?.projectId ?? null,
    receiver_user_id: actor?.userId ?? null,
  }
}

function memberPayload(member: MemberFacts, deletedAt: string | null = null) {
  return {
    image_id: member.imageId,
    member_id: member.projectId,
    status: member.status,
    created_at: toTime(member.createdAt),
    updated_at: toTime(member.updatedAt),
    ...deletion(deletedAt),
  }
}

/** Neither result nor message are told, nor what was asked for: they may hold addresses with passwords. */
function taskPayload(task: TaskFacts) {
  return {
    id: task.id,
    type: task.type,
    status: task.status,
    result: null,
    owner: task.owner,
    message: null,
    expires_at: task.expiresAt === null ? null : toTime(task.expiresAt),
    created_at: toTime(task.createdAt),
    updated_at: toTime(task.updatedAt),
    ...deletion(null),
  }
}
