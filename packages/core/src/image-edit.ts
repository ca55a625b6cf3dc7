/**
 * Changes of an image that clients ask for, and what each does to it.
 *
 * Edits are applied one after the other to a copy: each sees what the ones before it did, and
 * nothing is kept unless all succeed. Who may make them is decided in `images.ts`.
 */
import type { Actor } from './actor.ts'
import { ConflictError, ForbiddenError, quote } from './errors.ts'
import type { Image, ImageStatus, Visibility } from './image.ts'
import { type Limits, requireFewProperties, requireWithin } from './limits.ts'
import { isLocationEdit, type LocationEdit } from './location-edits.ts'
import type { PropertyProtections } from './property-protections.ts'

/** What a client may say of an image itself. Everything else follows from what happens to it. */
export type ImageFields = {
  readonly name: string | null
  readonly visibility: Visibility
  readonly protected: boolean
  readonly hidden: boolean
  readonly diskFormat: string | null
  readonly containerFormat: string | null
  readonly minDiskGib: number
  readonly minRamMib: number
  readonly owner: string | null
  /** May hold a tag twice; the image keeps it once. */
  readonly tags: readonly string[]
}

/** `add` is for what is not there yet, `replace` for what is, and `put` for either. */
export type ImageEdit =
  | { readonly kind: 'set-fields'; readonly fields: Partial<ImageFields> }
  /** An `add` of, or a removal of, a field that every image has. `name` is as the client wrote it. */
  | { readonly kind: 'add-field' | 'remove-field'; readonly name: string }
  | {
      readonly kind: 'put-property' | 'add-property' | 'replace-property'
      readonly name: string
      readonly value: string | null
    }
  | { readonly kind: 'remove-property'; readonly name: string }
  | LocationEdit

/** What edits are held to, besides the image itself. */
export type EditRules = {
  readonly limits: Limits
  readonly protections: PropertyProtections
  /** Who makes the edits. */
  readonly actor: Actor
  readonly applyLocationEdit: (image: Image, edit: LocationEdit) => Image
}

/** @throws {ConflictError | ForbiddenError | TooLargeError} when one of the edits cannot be made. */
export function applyEdits(image: Image, edits: readonly ImageEdit[], rules: EditRules): Image {
  if (edits.length === 0) return image
  // Copied once, and not by each edit: a patch may have tens of thousands of them.
  const properties = new Map(image.properties)
  const edited = edits.reduce<Image>(
    (current, edit) => applyEdit(current, properties, edit, rules),
    { ...image, properties },
  )
  requireFewProperties(rules.limits, properties, image.properties)
  return edited
}

/** @param properties of the image; changed in place. */
function applyEdit(
  image: Image,
  properties: Map<string, string | null>,
  edit: ImageEdit,
  rules: EditRules,
): Image {
  const { limits, protections, actor } = rules
  if (isLocationEdit(edit)) return rules.applyLocationEdit(image, edit)
  switch (edit.kind) {
    case 'set-fields':
      return setFields(image, edit.fields, limits)
    case 'add-field':
      throw new ConflictError(
        `Cannot add property ${quote(edit.name)}: image ${image.id} has it already; replace it instead`,
      )
    case 'remove-field':
      throw new ForbiddenError(
        `Property ${quote(edit.name)} may not be removed: every image has it`,
      )
    case 'remove-property':
      requireProperty(image, edit.name, 'remove', rules)
      protections.requireAllowed(actor, 'delete', edit.name)
      properties.delete(edit.name)
      return image
    case 'replace-property':
      requireProperty(image, edit.name, 'replace', rules)
      protections.requireAllowed(actor, 'update', edit.name)
      break
    case 'add-property':
      protections.requireAdd(actor, image, edit.name)
      requireNoProperty(image, edit.name)
      break
    case 'put-property':
      protections.requireAdd(actor, image, edit.name)
      if (image.properties.has(edit.name)) protections.requireAllowed(actor, 'update', edit.name)
      break
  }
  properties.set(edit.name, edit.value)
  return image
}

function setFields(image: Image, fields: Partial<ImageFields>, limits: Limits): Image {
  if (fields.diskFormat !== undefined) requireFormatsChangeable(image, 'disk_format')
  if (fields.containerFormat !== undefined) requireFormatsChangeable(image, 'container_format')
  if (fields.tags === undefined) return { ...image, ...fields, tags: image.tags }
  requireWithin(limits.tagsPerImage, fields.tags.length, 'tags')
  return { ...image, ...fields, tags: [...new Set(fields.tags)] }
}

/** Until its data arrives, what format an image has is only a plan. */
const formatsChangeable: readonly ImageStatus[] = ['queued', 'importing']

function requireFormatsChangeable(image: Image, name: string): void {
  if (formatsChangeable.includes(image.status)) return
  throw new ForbiddenError(
    `Attribute ${name} can be replaced only while an image is queued: image ${image.id} is ${quote(image.status)}`,
  )
}

/** What the caller may not read does not exist for it, and is told so in the same words. */
function requireProperty(
  image: Image,
  name: string,
  action: 'remove' | 'replace',
  { actor, protections }: EditRules,
): void {
  if (image.properties.has(name) && protections.allows(actor, 'read', name)) return
  throw new ConflictError(
    `Cannot ${action} property ${quote(name)}: it does not exist on image ${image.id}`,
  )
}

function requireNoProperty(image: Image, name: string): void {
  if (!image.properties.has(name)) return
  throw new ConflictError(
    `Cannot add property ${quote(name)}: image ${image.id} has it already; replace it instead`,
  )
}
