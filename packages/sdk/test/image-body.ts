/** An image and a member as a service would write them, for tests that bring their own answers. */
import type { ImageBody, MemberBody } from '@vitrine/wire'

export const imageId = '5c1b1c5e-2b6b-4ed8-9b62-6a2f8c6c3b0a'

export function imageBody(fields: Partial<ImageBody> & Record<string, unknown> = {}): ImageBody {
  return {
    name: 'debian',
    disk_format: 'raw',
    container_format: 'bare',
    visibility: 'shared',
    size: null,
    virtual_size: null,
    status: 'queued',
    checksum: null,
    protected: false,
    min_ram: 0,
    min_disk: 0,
    owner: 'producer',
    os_hidden: false,
    os_hash_algo: null,
    os_hash_value: null,
    id: imageId,
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05Z',
    tags: [],
    self: `/v2/images/${imageId}`,
    file: `/v2/images/${imageId}/file`,
    schema: '/v2/schemas/image',
    ...fields,
  }
}

export function memberBody(fields: Partial<MemberBody> = {}): MemberBody {
  return {
    member_id: 'consumer',
    image_id: imageId,
    status: 'pending',
    created_at: '2026-01-02T03:04:05Z',
    updated_at: '2026-01-02T03:04:05Z',
    schema: '/v2/schemas/member',
    ...fields,
  }
}
