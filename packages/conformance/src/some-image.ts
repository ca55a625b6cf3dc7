/** An image to start a test from: queued, shared, with nothing set. */
import { randomUUID } from 'node:crypto'
import type { Image, Member } from '@vitrine/core'

export function someImage(changes: Partial<Image> = {}): Image {
  return {
    id: randomUUID(),
    name: null,
    owner: 'producer',
    visibility: 'shared',
    status: 'queued',
    protected: false,
    hidden: false,
    diskFormat: null,
    containerFormat: null,
    minDiskGib: 0,
    minRamMib: 0,
    sizeBytes: null,
    virtualSizeBytes: null,
    checksum: null,
    multihash: null,
    tags: [],
    properties: new Map(),
    locations: [],
    incoming: null,
    importState: null,
    createdAt: new Date('2030-01-01T00:00:00.000Z'),
    updatedAt: new Date('2030-01-01T00:00:00.000Z'),
    ...changes,
  }
}

export function someMember(imageId: string, changes: Partial<Member> = {}): Member {
  return {
    imageId,
    projectId: 'consumer',
    status: 'pending',
    createdAt: new Date('2030-01-01T00:00:00.000Z'),
    updatedAt: new Date('2030-01-01T00:00:00.000Z'),
    ...changes,
  }
}
