/**
 * Who may do what to an image: the one place that decides it.
 *
 * A decision has two steps. First, may this caller know that the image exists at all? Its owner
 * may, its members if it is shared, everyone if it is public or community, and admins. To all
 * others it is hidden. Then the rule of the operation, in the table `rules` below. Whoever fails
 * the rule but may show the image is told that it is forbidden; whoever may not even show it
 * learns nothing.
 *
 * A member's status appears nowhere here: a share gives access at once, whatever the answer.
 * The status decides only what a list shows, see `list-scope.ts`.
 *
 * Source: Images API v2, "Sharing", and the default policies of the service it describes.
 */
import { type Actor, hasRole, isAdmin } from './actor.ts'
import type { Image, Visibility } from './image.ts'
import type { Member } from './member.ts'

/** `hidden` is answered like an image that does not exist. */
export type Verdict = 'allowed' | 'forbidden' | 'hidden'

/** What a rule may look at: who asks, about which image, and the asker's own membership of it. */
export type Sighting = {
  readonly actor: Actor
  readonly image: Pick<Image, 'owner' | 'visibility'>
  readonly member: Member | undefined
}

type Rule = (sighting: Sighting) => boolean

const admin: Rule = ({ actor }) => isAdmin(actor)
const reader: Rule = ({ actor }) => hasRole(actor, 'reader')
const memberRole: Rule = ({ actor }) => hasRole(actor, 'member')
const service: Rule = ({ actor }) => hasRole(actor, 'service')
const owner: Rule = ({ actor, image }) =>
  actor.projectId !== undefined && actor.projectId === image.owner
const producer: Rule = (sighting) => owner(sighting) && memberRole(sighting)

const either =
  (...rules: Rule[]): Rule =>
  (sighting) =>
    rules.some((rule) => rule(sighting))

/** By the names that operators know them under from the service's policies. */
const rules = {
  get_image: either(admin, reader),
  download_image: either(admin, memberRole),
  modify_image: either(admin, producer),
  upload_image: either(admin, producer),
  delete_image: either(admin, producer),
  deactivate: either(admin, producer),
  reactivate: either(admin, producer),
  add_member: either(admin, producer),
  delete_member: either(admin, producer),
  delete_image_location: admin,
  fetch_image_location: either(admin, service),
  add_image_location: either(admin, service, producer),
} satisfies Record<string, Rule>

export type Operation = keyof typeof rules

/** What this caller is told when it asks to do this to this image. */
export function decide(operation: Operation, sighting: Sighting): Verdict {
  if (!mayKnowOf(sighting)) return 'hidden'
  if (rules[operation](sighting)) return 'allowed'
  return rules.get_image(sighting) ? 'forbidden' : 'hidden'
}

/** Whether the image exists for this caller's project. Its roles are not looked at. */
export function mayKnowOf(sighting: Sighting): boolean {
  const { image, member } = sighting
  if (admin(sighting) || owner(sighting) || isOpen(image.visibility)) return true
  return image.visibility === 'shared' && member !== undefined
}

/** Public and community images are no secret: everyone who has the id may know of them. */
export function isOpen(visibility: Visibility): boolean {
  return visibility === 'public' || visibility === 'community'
}

/** Whether the caller may read every member record of the image, as its producer may. */
export function maySeeAllMembers(sighting: Sighting): boolean {
  return admin(sighting) || (reader(sighting) && owner(sighting))
}

/** Whether the caller may read this member record: a consumer may read its own. */
export function maySeeMember(sighting: Sighting, projectId: string): boolean {
  const own = reader(sighting) && sighting.actor.projectId === projectId
  return own || maySeeAllMembers(sighting)
}

/**
 * Whether the caller may accept, reject or set back this share.
 *
 * Only the project that the image is shared with may: never the producer, not even where its own
 * project stands in the list.
 */
export function mayAnswerShare(sighting: Sighting, projectId: string): boolean {
  if (admin(sighting)) return true
  return memberRole(sighting) && sighting.actor.projectId === projectId && !owner(sighting)
}

/** Whether the caller may create an image for this owner; undefined means its own project. */
export function mayCreateFor(actor: Actor, owner: string | null | undefined): boolean {
  if (isAdmin(actor)) return true
  if (actor.projectId === undefined || !hasRole(actor, 'member')) return false
  return owner === undefined || owner === actor.projectId
}

/** Whether the caller may give an image that it may change this visibility. */
export function maySetVisibility(actor: Actor, visibility: Visibility): boolean {
  return visibility !== 'public' || isAdmin(actor)
}

/** Whether the caller may give an image to another project. */
export function maySetOwner(actor: Actor): boolean {
  return isAdmin(actor)
}

/** Whether the caller may read an image's data although the image is deactivated. */
export function mayDownloadDeactivated(actor: Actor): boolean {
  return isAdmin(actor)
}

/** Whether the caller may list images at all. */
export function mayList(actor: Actor): boolean {
  return isAdmin(actor) || (actor.projectId !== undefined && hasRole(actor, 'reader'))
}

/** Whether the caller may go on listing from an image that was deleted meanwhile. */
export function maySeeDeleted(actor: Actor): boolean {
  return isAdmin(actor)
}

/** Whether the caller may have an image copied to more stores. */
export function mayCopy(actor: Actor): boolean {
  return isAdmin(actor)
}

/** Whether the caller may use the tasks API. What an image's own tasks are, its viewers may see. */
export function mayUseTasks(actor: Actor): boolean {
  return isAdmin(actor)
}
