/**
 * Which images a list shows to whom, as data.
 *
 * A scope is a union of parts, and no image is in two parts of one scope. The database turns each
 * part into one walk along an index; the tests turn it into a predicate. So the rule is written
 * once, here, and the two can be held against each other.
 *
 *   a project's default list =  its own images, of any visibility
 *                            +  the public images of others
 *                            +  the images shared with it that it has accepted
 *
 * Source: Images API v2, "List images" and "Sharing".
 */
import { type Actor, isAdmin } from './actor.ts'
import { type Visibility, visibilities } from './image.ts'
import { type MemberStatus, memberStatuses } from './member.ts'

export type ListScope = readonly ListPart[]

/** Images that meet all of these conditions; a missing one is no condition. */
export type ListPart = {
  readonly visibilities: readonly Visibility[]
  readonly owner?: string
  /** Owned by any other project than this, or by none. */
  readonly ownerOtherThan?: string
  /** Shared with this project, which has given one of these answers. */
  readonly sharedWith?: { readonly projectId: string; readonly statuses: readonly MemberStatus[] }
}

/** What a caller asks to see. An absent visibility means the default list. */
export type ListChoice = {
  readonly visibility?: Visibility | 'all'
  /** Narrows only the images that others share with the caller. Default: accepted. */
  readonly memberStatus?: MemberStatus | 'all'
}

export function listScope(actor: Actor, choice: ListChoice): ListScope {
  // The token of an admin always has a project, and only such a token may list: see `mayList`.
  const project = actor.projectId ?? ''
  if (isAdmin(actor)) return scopeOfAdmin(project, choice)

  const { visibility, memberStatus = 'accepted' } = choice
  const statuses = memberStatus === 'all' ? memberStatuses : [memberStatus]
  const own = (only: readonly Visibility[]): ListPart => ({ visibilities: only, owner: project })
  const others = (visibility: Visibility): ListPart => ({
    visibilities: [visibility],
    ownerOtherThan: project,
  })
  const sharedWithMe: ListPart = {
    ...others('shared'),
    sharedWith: { projectId: project, statuses },
  }

  switch (visibility ?? 'default') {
    case 'default':
      return [own(visibilities), others('public'), sharedWithMe]
    case 'all':
      return [own(visibilities), others('public'), others('community'), sharedWithMe]
    case 'shared':
      return [own(['shared']), sharedWithMe]
    case 'private':
      return [own(['private'])]
    case 'public':
      return [{ visibilities: ['public'] }]
    case 'community':
      return [{ visibilities: ['community'] }]
  }
}

/**
 * An admin sees everything, but its default list leaves out the community images of others:
 * clients have come to rely on that.
 */
function scopeOfAdmin(project: string, { visibility }: ListChoice): ListScope {
  if (visibility === 'all') return [{ visibilities }]
  if (visibility !== undefined) return [{ visibilities: [visibility] }]
  return [
    { visibilities: ['public', 'shared', 'private'] },
    { visibilities: ['community'], owner: project },
  ]
}
