/**
 * Which images a list shows to whom, as data.
 *
 * A scope is a union of parts, and no image is in two parts of one scope. The database turns each
 * part into one walk along an index, which is why a part is of one visibility and one answer; the
 * tests turn it into a predicate. So the rule is written once, here, and the two can be held
 * against each other.
 *
 *   a project's default list =  the public images
 *                            +  its own images of every other visibility
 *                            +  the images that others share with it and that it has accepted
 *
 * Source: Images API v2, "List images" and "Sharing".
 */
import { type Actor, isAdmin } from './actor.ts'
import { type Visibility, visibilities } from './image.ts'
import { type MemberStatus, memberStatuses } from './member.ts'

export type ListScope = readonly ListPart[]

/** Images that meet all of these conditions; a missing one is no condition. */
export type ListPart = {
  readonly visibility: Visibility
  readonly owner?: string
  /** Shared with this project by another, and answered so. */
  readonly sharedWith?: { readonly projectId: string; readonly status: MemberStatus }
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
  const own = (visibility: Visibility): ListPart => ({ visibility, owner: project })
  const statuses = memberStatus === 'all' ? memberStatuses : [memberStatus]
  const sharedWithMe = statuses.map(
    (status): ListPart => ({ visibility: 'shared', sharedWith: { projectId: project, status } }),
  )

  switch (visibility ?? 'default') {
    case 'default':
      return [
        { visibility: 'public' },
        own('community'),
        own('shared'),
        own('private'),
        ...sharedWithMe,
      ]
    case 'all':
      return [
        { visibility: 'public' },
        { visibility: 'community' },
        own('shared'),
        own('private'),
        ...sharedWithMe,
      ]
    case 'shared':
      return [own('shared'), ...sharedWithMe]
    case 'private':
      return [own('private')]
    case 'public':
      return [{ visibility: 'public' }]
    case 'community':
      return [{ visibility: 'community' }]
  }
}

/**
 * An admin sees everything, but its default list leaves out the community images of others:
 * clients have come to rely on that.
 */
function scopeOfAdmin(project: string, { visibility }: ListChoice): ListScope {
  if (visibility === 'all') return visibilities.map((each) => ({ visibility: each }))
  if (visibility !== undefined) return [{ visibility }]
  return visibilities.map((each) =>
    each === 'community' ? { visibility: each, owner: project } : { visibility: each },
  )
}
