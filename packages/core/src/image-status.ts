/**
 * The life of an image: which status may follow which.
 *
 *   queued ──upload──► saving ──all bytes kept──► active ◄──reactivate──┐
 *     ▲                  │                          │                   │
 *     └──upload failed───┘                          └──deactivate──► deactivated
 *
 * Staged images reach `active` through `uploading` and `importing`. Every status can end in
 * `deleted`, which nothing leaves. This table is the whole truth: no other module compares
 * statuses to decide what may follow.
 *
 * Source: the Images API v2, "Image statuses"; `killed` is a word of v1 that nothing enters here.
 */
import type { ImageStatus } from './image.ts'

const nextStatuses: Record<ImageStatus, readonly ImageStatus[]> = {
  queued: ['saving', 'uploading', 'importing', 'active', 'deleted'],
  saving: ['active', 'queued', 'deleted'],
  uploading: ['importing', 'queued', 'deleted'],
  importing: ['active', 'queued', 'deleted'],
  active: ['deactivated', 'pending_delete', 'deleted'],
  deactivated: ['active', 'deleted'],
  killed: ['deleted'],
  pending_delete: ['active', 'deleted'],
  deleted: [],
}

export function mayBecome(from: ImageStatus, to: ImageStatus): boolean {
  return nextStatuses[from].includes(to)
}
