/**
 * What clients say of an image, checked by the schema that they can fetch, in the words of the core.
 */
import {
  ForbiddenError,
  type ImageFields,
  InvalidError,
  PropertyRefusedError,
  quote,
} from '@vitrine/core'
import {
  commonImageProperties,
  type Formats,
  imageProperties,
  type SettableImageFields,
} from '@vitrine/wire'
import type { ErrorObject } from 'ajv'
import { expectation, lazyCheck } from './body-check.ts'

/** Names that the service keeps for itself. */
const reserved = new Set(['location', 'deleted', 'deleted_at'])
const reservedPrefix = 'os_glance'

const longestPropertyName = 255
/** What a `TEXT` column of the databases that clouds run on holds. */
const longestPropertyBytes = 65_535
const largestInteger = 2 ** 31 - 1

export function requireNotReserved(name: string): void {
  if (reserved.has(name) || name.startsWith(reservedPrefix)) {
    throw new ForbiddenError(`Attribute '${name.slice(0, 100)}' is reserved.`)
  }
}

export function readOnlyAttribute(name: string): ForbiddenError {
  return new ForbiddenError(`Attribute '${name}' is read-only.`)
}

export class ImageInput {
  readonly #schemas: ReturnType<typeof imageProperties>
  readonly #check

  constructor(formats: Formats) {
    this.#schemas = imageProperties(formats)
    const bounds = { minimum: 0, maximum: largestInteger }
    const properties = {
      ...this.#schemas,
      min_ram: { ...this.#schemas.min_ram, ...bounds },
      min_disk: { ...this.#schemas.min_disk, ...bounds },
    }
    this.#check = lazyCheck<SettableImageFields>({ type: 'object', properties })
  }

  /** Whether the name is one of the schema's own, rather than a custom property. */
  isField(name: string): boolean {
    return Object.hasOwn(this.#schemas, name) && !Object.hasOwn(commonImageProperties, name)
  }

  /**
   * The settable fields among `body`.
   *
   * @throws {InvalidError | PropertyRefusedError} when a known property has a value that its schema
   *   refuses. Names the property, quotes the value and says what it should be.
   */
  fields(body: Record<string, unknown>): Partial<ImageFields> & { readonly id?: string } {
    const check = this.#check()
    if (!check(body)) throw this.#refusal(check.errors?.[0])
    return {
      ...(body.id !== undefined && { id: body.id }),
      ...(body.name !== undefined && { name: body.name }),
      ...(body.visibility !== undefined && { visibility: body.visibility }),
      ...(body.protected !== undefined && { protected: body.protected }),
      ...(body.os_hidden !== undefined && { hidden: body.os_hidden }),
      ...(body.owner !== undefined && { owner: body.owner }),
      ...(body.container_format !== undefined && { containerFormat: body.container_format }),
      ...(body.disk_format !== undefined && { diskFormat: body.disk_format }),
      ...(body.tags !== undefined && { tags: body.tags }),
      ...(body.min_ram !== undefined && { minRamMib: body.min_ram }),
      ...(body.min_disk !== undefined && { minDiskGib: body.min_disk }),
    }
  }

  /**
   * @throws {InvalidError} when the name cannot be a custom property's.
   * @throws {PropertyRefusedError} when the value cannot.
   */
  property(name: string, value: unknown): string | null {
    const { length } = [...name]
    if (length > longestPropertyName) {
      throw new InvalidError(
        `Cannot keep custom property ${quote(name)}: its name has ${length} characters, and the limit is ${longestPropertyName}`,
      )
    }
    const check = this.#check()
    if (!check({ [name]: value })) throw this.#refusal(check.errors?.[0])
    // The schema lets only the kernel's and the ramdisk's ids be null.
    if (value === null && (name === 'kernel_id' || name === 'ramdisk_id')) return null
    if (typeof value !== 'string') {
      throw new PropertyRefusedError(
        name,
        `Cannot keep custom property ${quote(name)}: its value is ${quote(value)}, and should be a string`,
      )
    }
    if (Buffer.byteLength(value) > longestPropertyBytes) {
      throw new PropertyRefusedError(
        name,
        `Cannot keep custom property ${quote(name)}: its value is longer than the limit of ${longestPropertyBytes} bytes`,
      )
    }
    return value
  }

  #refusal(error: ErrorObject | undefined): InvalidError | PropertyRefusedError {
    const name = error?.instancePath.split('/')[1] ?? ''
    const message = `Provided object does not match schema 'image': ${quote(error?.data)} is not valid for property ${quote(name)}; it should be ${expectation(error?.parentSchema)}`
    return this.isField(name) ? new InvalidError(message) : new PropertyRefusedError(name, message)
  }
}
