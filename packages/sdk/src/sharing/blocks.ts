/** Producers of whom the caller's project wants to hear nothing. They do not learn of it. */
import type { BlocksBody } from '@vitrine/wire'
import { Fields } from '../parsing.ts'
import type { CallOptions, Transport } from '../transport.ts'
import { sharingPath } from './sharing-path.ts'

export type Block = { readonly projectId: string; readonly blockedAt: Date }

export class Blocks {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async list({ signal }: CallOptions = {}): Promise<readonly Block[]> {
    const path = sharingPath('blocks')
    const body = await this.#transport.json({ method: 'GET', path, repeat: 'safe', signal })
    return new Fields<keyof BlocksBody>('blocks', body).list('blocks').map(parseBlock)
  }

  /** What the producer shares is neither shown in the inbox nor mailed, from now on. */
  async add(projectId: string, { signal }: CallOptions = {}): Promise<void> {
    const path = sharingPath('blocks', projectId)
    await this.#transport.done({ method: 'PUT', path, repeat: 'safe', signal })
  }

  /** @throws {NotFoundError} when it is not blocked. */
  async delete(projectId: string, options?: CallOptions): Promise<void> {
    await this.#transport.delete(sharingPath('blocks', projectId), options)
  }
}

function parseBlock(body: unknown): Block {
  const fields = new Fields<keyof BlocksBody['blocks'][number]>('block', body)
  return { projectId: fields.text('project_id'), blockedAt: fields.date('blocked_at') }
}
