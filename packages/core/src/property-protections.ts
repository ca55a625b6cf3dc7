/**
 * Which custom properties a role may create, read, update and delete, where the operator says so.
 *
 * Rules are asked in order, and the first whose pattern fits the name decides. With rules, a name
 * that fits none is closed to everyone; without any, all names are open. What an image itself
 * has, such as its name, is never covered.
 *
 * A property that the caller may not read does not exist for it, and yet stays as it is through
 * whatever the caller changes.
 */
import type { Actor } from './actor.ts'
import { ForbiddenError, quote } from './errors.ts'
import type { Image } from './image.ts'

export const propertyOperations = ['create', 'read', 'update', 'delete'] as const
export type PropertyOperation = (typeof propertyOperations)[number]

export type PropertyRule = {
  /** Fits a name when it is found at its beginning. */
  readonly pattern: RegExp
  /** Roles that may, by operation. `@` is everyone, and an empty list no one. */
  readonly roles: Readonly<Record<PropertyOperation, readonly string[]>>
}

export class PropertyProtections {
  readonly #rules: readonly PropertyRule[]

  constructor(rules: readonly PropertyRule[] = []) {
    this.#rules = rules
  }

  allows(actor: Actor, operation: PropertyOperation, name: string): boolean {
    if (this.#rules.length === 0) return true
    const roles = this.#rules.find((rule) => rule.pattern.test(name))?.roles[operation] ?? []
    return roles.some((role) => role === '@' || actor.roles.has(role.toLowerCase()))
  }

  /** The image as the caller may see it. */
  readable(actor: Actor, image: Image): Image {
    if (this.#rules.length === 0) return image
    const shown = [...image.properties].filter(([name]) => this.allows(actor, 'read', name))
    return { ...image, properties: new Map(shown) }
  }

  /** @throws {ForbiddenError} when the caller may not create one of the properties. */
  requireCreate(actor: Actor, names: Iterable<string>): void {
    for (const name of names) {
      if (!this.allows(actor, 'create', name)) throw reserved(name)
    }
  }

  /** @throws {ForbiddenError} when the caller may neither create the property nor know that it is there. */
  requireAdd(actor: Actor, image: Image, name: string): void {
    const exists = image.properties.has(name)
    if (!this.allows(actor, exists ? 'read' : 'create', name)) throw reserved(name)
  }

  /** @throws {ForbiddenError} when the caller may not do this to a property that it may read. */
  requireAllowed(actor: Actor, operation: 'update' | 'delete', name: string): void {
    if (!this.allows(actor, operation, name)) throw forbidden(operation, name)
  }
}

function reserved(name: string): ForbiddenError {
  return new ForbiddenError(`Property '${name.slice(0, 100)}' is reserved.`)
}

function forbidden(operation: string, name: string): ForbiddenError {
  return new ForbiddenError(`Cannot ${operation} property ${quote(name)}: it is protected`)
}
