/** An image and a member as the Images API writes them. */
import type { Image, Member } from '@vitrine/core'
import type { ImageBody, MemberBody } from '@vitrine/wire'

/** Custom properties first, as the service that clients know writes them. */
export function viewImage(image: Image): ImageBody {
  const custom: Record<string, string | null> = Object.fromEntries(image.properties)
  return {
    ...custom,
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.sizeBytes,
    virtual_size: image.virtualSizeBytes,
    status: image.status,
    checksum: image.checksum,
    protected: image.protected,
    min_ram: image.minRamMib,
    min_disk: image.minDiskGib,
    owner: image.owner,
    os_hidden: image.hidden,
    os_hash_algo: image.multihash?.algorithm ?? null,
    os_hash_value: image.multihash?.value ?? null,
    id: image.id,
    created_at: viewTime(image.createdAt),
    updated_at: viewTime(image.updatedAt),
    tags: [...image.tags],
    self: `/v2/images/${image.id}`,
    file: `/v2/images/${image.id}/file`,
    schema: '/v2/schemas/image',
  }
}

export function viewMember(member: Member): MemberBody {
  return {
    member_id: member.projectId,
    image_id: member.imageId,
    status: member.status,
    created_at: viewTime(member.createdAt),
    updated_at: viewTime(member.updatedAt),
    schema: '/v2/schemas/member',
  }
}

/** `2026-01-31T23:59:59Z`: UTC, cut to whole seconds. */
export function viewTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
