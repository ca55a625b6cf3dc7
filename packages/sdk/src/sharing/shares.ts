/** Sharing with many projects at once, with a note, and reminding those that have not answered. */
import type { RemindedBody, SharesBody } from '@vitrine/wire'
import { type MemberStatus, memberStatuses } from '../member.ts'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { sharingPath } from './sharing-path.ts'

/** A project's id; with an address, someone is written to there besides the project's contacts. */
export type ShareTarget = string | { readonly projectId: string; readonly email?: string }

export type ShareOptions = CallOptions & {
  /** In your words, for the inbox and the mail; may have several lines. */
  readonly note?: string | undefined
}

/** What became of one project. */
export type Share = {
  readonly projectId: string
  /** `already` was a member before, and stays as it is. */
  readonly outcome: 'shared' | 'already'
  readonly status: MemberStatus
}

export type Reminded = {
  readonly projectId: string
  /** How often it was reminded, this time included. */
  readonly count: number
  readonly remindedAt: Date
}

export async function shareImage(
  transport: Transport,
  imageId: string,
  targets: ShareTarget | readonly ShareTarget[],
  { note, signal }: ShareOptions = {},
): Promise<readonly Share[]> {
  const projects = [targets].flat().map((target) => {
    const { projectId, email = undefined } =
      typeof target === 'string' ? { projectId: target } : target
    return { project_id: projectId, email }
  })
  const path = sharingPath('images', imageId, 'shares')
  const json = { projects, note }
  const body = await transport.json({ method: 'POST', path, json, repeat: 'after-401', signal })
  return new Fields<keyof SharesBody>('shares', body).list('shares').map(parseShare)
}

export async function remindMember(
  transport: Transport,
  imageId: string,
  projectId: string,
  { note, signal }: ShareOptions = {},
): Promise<Reminded> {
  const path = sharingPath('images', imageId, 'shares', projectId, 'reminders')
  const json = { note }
  const body = await transport.json({ method: 'POST', path, json, repeat: 'after-401', signal })
  const fields = new Fields<keyof RemindedBody>('reminder', body)
  return {
    projectId: fields.text('project_id'),
    count: fields.number('count'),
    remindedAt: fields.date('reminded_at'),
  }
}

function parseShare(body: unknown): Share {
  const fields = new Fields<keyof SharesBody['shares'][number]>('share', body)
  return {
    projectId: fields.text('project_id'),
    outcome: fields.oneOf('outcome', ['shared', 'already']),
    status: fields.oneOf('status', memberStatuses),
  }
}
