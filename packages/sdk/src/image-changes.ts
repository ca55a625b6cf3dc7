/**
 * What a program may say of an image when it creates or updates one, in the words of the API.
 *
 * Core fields go by their camelCase names or by those of the API: `diskFormat` or `disk_format`,
 * `hidden` or `os_hidden`. Any other name is a custom property and is sent as it is. Only inside
 * `properties` is every name a custom property, whatever it is.
 */

import type { ImageBody } from '@vitrine/wire'
import type { Visibility } from './image-fields.ts'

/** The core fields that can be set. One that is undefined is left alone. */
export type ImageChanges = {
  readonly name?: string | null | undefined
  readonly visibility?: Visibility | undefined
  /** Project id. Only admins may name another than their own. */
  readonly owner?: string | null | undefined
  /** Such as `qcow2` or `raw`. Fixed once there is data. */
  readonly diskFormat?: string | null | undefined
  readonly disk_format?: string | null | undefined
  /** Nearly always `bare`. Fixed once there is data. */
  readonly containerFormat?: string | null | undefined
  readonly container_format?: string | null | undefined
  /** GiB. */
  readonly minDisk?: number | undefined
  readonly min_disk?: number | undefined
  /** MiB. */
  readonly minRam?: number | undefined
  readonly min_ram?: number | undefined
  readonly protected?: boolean | undefined
  readonly hidden?: boolean | undefined
  readonly os_hidden?: boolean | undefined
  /** All of them: tags that are left out are removed. */
  readonly tags?: readonly string[] | undefined
  /** Custom properties. In an update, null removes one, and those left out stay. */
  readonly properties?: Readonly<Record<string, string | null>> | undefined
}

export type NewImage = ImageChanges & {
  /** A UUID that no image has ever had. The service draws one otherwise. */
  readonly id?: string | undefined
}

/**
 * `T` with the core fields of `Core` and any other names as custom properties, which are strings,
 * so that a misspelt core field with another value does not compile.
 */
export type WithProperties<T, Core> = T &
  Core & { readonly [Name in Exclude<keyof T, keyof Core>]: string | null | undefined }

const wireNames: ReadonlyMap<string, keyof ImageBody> = new Map<string, keyof ImageBody>([
  ['id', 'id'],
  ['name', 'name'],
  ['visibility', 'visibility'],
  ['owner', 'owner'],
  ['diskFormat', 'disk_format'],
  ['disk_format', 'disk_format'],
  ['containerFormat', 'container_format'],
  ['container_format', 'container_format'],
  ['minDisk', 'min_disk'],
  ['min_disk', 'min_disk'],
  ['minRam', 'min_ram'],
  ['min_ram', 'min_ram'],
  ['protected', 'protected'],
  ['hidden', 'os_hidden'],
  ['os_hidden', 'os_hidden'],
  ['tags', 'tags'],
])

export type SortedChanges = {
  /** Core fields under the names of the API. */
  readonly core: ReadonlyMap<string, unknown>
  readonly properties: ReadonlyMap<string, unknown>
}

/** @throws {TypeError} when a core field or property is given twice, under both of its names. */
export function sortChanges(changes: NewImage): SortedChanges {
  const { properties: bag = {}, ...named } = changes
  const core = new Map<string, unknown>()
  const properties = new Map<string, unknown>()
  for (const [name, value] of Object.entries(named)) {
    const wireName = wireNames.get(name)
    if (wireName === undefined) setOnce(properties, name, value)
    else setOnce(core, wireName, value)
  }
  for (const [name, value] of Object.entries(bag)) setOnce(properties, name, value)
  return { core, properties }
}

function setOnce(values: Map<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) return
  if (values.has(name)) throw new TypeError(`Cannot set image field "${name}": it is given twice`)
  values.set(name, value)
}
