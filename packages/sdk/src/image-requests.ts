/**
 * Changes as the bodies of requests: the new image of `POST /v2/images`, the patch of `PATCH`.
 *
 * Spec: Images API v2, "Create image"; "Image update", media type v2.1, where `add` also replaces.
 * So an update says what should be, and need not know what is.
 */
import { type ImageChanges, type NewImage, sortChanges } from './image-changes.ts'

export const patchMediaType = 'application/openstack-images-v2.1-json-patch'

export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

export function createBody(image: NewImage): Readonly<Record<string, unknown>> {
  const { core, properties } = sortChanges(image)
  return Object.fromEntries([...core, ...properties])
}

/** A core field is never missing, so it is replaced; a custom property is added, or removed by null. */
export function patchOf(changes: ImageChanges): readonly PatchOperation[] {
  const { core, properties } = sortChanges(changes)
  return [
    ...[...core].map(
      ([name, value]): PatchOperation => ({ op: 'replace', path: pointer(name), value }),
    ),
    ...[...properties].map(
      ([name, value]): PatchOperation =>
        value === null
          ? { op: 'remove', path: pointer(name) }
          : { op: 'add', path: pointer(name), value },
    ),
  ]
}

/** @see https://www.rfc-editor.org/rfc/rfc6901#section-3 */
function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
