/** The members of one image: `image.members()` lists them, `image.members.add(…)` shares the image. */
import { segment } from './endpoint.ts'
import { Member, memberPath, parseMember } from './member.ts'
import { listAll } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface Members {
  /** Lists them in the order in which they were added. A consumer finds only itself. */
  (options?: CallOptions): AsyncIterable<Member>

  /**
   * Shares the image with a project; for the producer. The project may show and download it at once.
   *
   * @returns the member, `pending` until the consumer answers.
   * @throws {ForbiddenError} when the image's visibility is not `shared`.
   * @throws {ConflictError} when the project is a member already.
   */
  add(projectId: string, options?: CallOptions): Promise<Member>

  /** @throws {NotFoundError} when the project is not a member, or not one the caller may see. */
  get(projectId: string, options?: CallOptions): Promise<Member>
}

export function membersOf(transport: Transport, imageId: string): Members {
  const path = `v2/images/${segment('image', imageId)}/members`
  const parse = (body: unknown) => new Member(transport, parseMember(body))

  const list = ({ signal }: CallOptions = {}) =>
    listAll(transport, { path, query: new URLSearchParams(), key: 'members', parse, signal })

  const add = async (projectId: string, { signal }: CallOptions = {}) => {
    const json = { member: projectId }
    return parse(await transport.json({ method: 'POST', path, json, repeat: 'after-401', signal }))
  }

  const get = async (projectId: string, { signal }: CallOptions = {}) => {
    const path = memberPath(imageId, projectId)
    return parse(await transport.json({ method: 'GET', path, repeat: 'safe', signal }))
  }

  return Object.assign(list, { add, get })
}
