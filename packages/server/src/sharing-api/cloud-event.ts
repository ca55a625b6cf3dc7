/** What a project is told, as a CloudEvent. */
import type { ToldEvent, ToldImage } from '@vitrine/core'
import type { CloudEvent, EventData } from '@vitrine/wire'

/** @param publicUrl of the service, without a slash at the end. */
export function toCloudEvent(event: ToldEvent, publicUrl: string): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: `${publicUrl}/sharing/v1`,
    type: event.type,
    subject: event.imageId,
    time: event.at.toISOString(),
    datacontenttype: 'application/json',
    data: toData(event),
  }
}

function toData(event: ToldEvent): EventData {
  const { as, actor, member, members, previous, failure, previousStatus } = event
  const { listing, request, note, count } = event
  const image = event.image && toImage(event.image)
  return {
    as,
    actor: actor && { user_id: actor.userId, project_id: actor.projectId },
    image,
    ...(previous &&
      event.image &&
      image && { previous: differing(toImage({ ...event.image, ...previous }), image) }),
    ...(failure !== undefined && { failure }),
    ...(member && { member: toMember(member) }),
    ...(previousStatus && { previous_status: previousStatus }),
    ...(members && { members: members.map(toMember) }),
    ...(listing && { listing: toListing(listing) }),
    ...(request && { request: toRequest(request) }),
    ...(note !== undefined && { note }),
    ...(count !== undefined && { count }),
  }
}

function toImage(image: ToldImage): NonNullable<EventData['image']> {
  return {
    id: image.id,
    name: image.name,
    owner: image.owner,
    visibility: image.visibility,
    status: image.status,
    protected: image.protected,
    os_hidden: image.hidden,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    min_disk: image.minDiskGib,
    min_ram: image.minRamMib,
    size: image.sizeBytes,
    virtual_size: image.virtualSizeBytes,
    checksum: image.checksum,
    os_hash_algo: image.multihash?.algorithm ?? null,
    os_hash_value: image.multihash?.value ?? null,
    created_at: image.createdAt,
    updated_at: image.updatedAt,
  }
}

function toMember({ projectId, status }: NonNullable<ToldEvent['member']>) {
  return { project_id: projectId, status }
}

function toListing({ title, publishedAt, updatedAt }: NonNullable<ToldEvent['listing']>) {
  return { title, published_at: publishedAt, updated_at: updatedAt }
}

function toRequest(request: NonNullable<ToldEvent['request']>) {
  const { id, title, projectId, email, message, reason } = request
  return { id, title, project_id: projectId, email, message, reason }
}

/** What of it is not as it is now. */
function differing<T extends object>(was: T, now: T): Partial<T> {
  const difference: Partial<T> = { ...was }
  for (const key in was) if (was[key] === now[key]) delete difference[key]
  return difference
}
