/** What was done about shares: of one image, or of the caller's project. */
import type { ActivityBody } from '@vitrine/wire'
import { listAll } from '../pages.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { type PageOptions, pageQuery } from './sharing-path.ts'

export type ActivityOptions = CallOptions &
  PageOptions & {
    /** The side on which the project took part. Default: consumer. */
    readonly as?: 'producer' | 'consumer' | undefined
  }

/** Who did it. */
export type EventActor = { readonly userId: string; readonly projectId: string | null }

export type ActivityEntry = {
  /** Such as `shared`, `accepted`, `rejected`, `reminded`, `removed`. */
  readonly type: string
  readonly at: Date
  /** Null for the service itself. */
  readonly actor: EventActor | null
  readonly imageId: string
  /** As it was called at that moment. */
  readonly imageName: string | null
  /** Project id of the owner at that moment. */
  readonly producer: string | null
  /** Id of the project that it was shared with; null where it is about none. */
  readonly consumer: string | null
  readonly note: string
}

/** The newest first. */
export function listActivity(
  transport: Transport,
  path: string,
  { as, signal, ...paging }: ActivityOptions = {},
): AsyncIterable<ActivityEntry> {
  return listAll(transport, {
    path,
    query: pageQuery(paging, { as }),
    key: 'activity',
    parse: parseEntry,
    maxItems: paging.maxItems,
    signal,
  })
}

function parseEntry(body: unknown): ActivityEntry {
  const fields = new Fields<keyof ActivityBody['activity'][number]>('activity', body)
  return {
    type: fields.text('type'),
    at: fields.date('at'),
    actor: parseActor(fields.get('actor')),
    imageId: fields.text('image_id'),
    imageName: fields.textOrNull('image_name'),
    producer: fields.textOrNull('producer'),
    consumer: fields.textOrNull('consumer'),
    note: fields.text('note'),
  }
}

export function parseActor(body: unknown): EventActor | null {
  if (body === null || body === undefined) return null
  const fields = new Fields<'user_id' | 'project_id'>('actor', body)
  return { userId: fields.text('user_id'), projectId: fields.textOrNull('project_id') }
}
