/**
 * What the catalogue says of one property, told to whoever was refused a value of it.
 *
 * A definition explains and never refuses: what an image may hold is not for the catalogue to say.
 */
import { type Actor, hasRole, isAdmin } from '../actor.ts'
import { quote } from '../errors.ts'
import type { MetadefReader } from '../ports/metadef-records.ts'

/** Longer lists are cut: a sentence is to be read. */
const mostValues = 40

export class PropertyDefinitions {
  readonly #records: MetadefReader

  constructor(records: MetadefReader) {
    this.#records = records
  }

  /** @returns a sentence; undefined when no namespace that the caller may see defines the property. */
  async explain(actor: Actor, resourceType: string, property: string): Promise<string | undefined> {
    if (!isAdmin(actor) && !hasRole(actor, 'reader')) return undefined
    const found = await this.#records.findDefinition(actor.projectId, resourceType, property)
    if (found === undefined) return undefined
    const { title } = found.definition
    const what = typeof title === 'string' ? `${quote(title)}, ` : ''
    return `Namespace ${quote(found.namespace)} defines it: ${what}${allowedBy(found.definition)}.`
  }
}

/** As half a sentence. Values of images are strings, so others are told as they are written in one. */
function allowedBy(definition: Readonly<Record<string, unknown>>): string {
  const { type } = definition
  if (Array.isArray(definition.enum)) return `one of ${list(definition.enum)}`
  if (type === 'boolean') return '"true" or "false"'
  if (type === 'integer' || type === 'number') {
    return `${type === 'integer' ? 'an integer' : 'a number'}${range(definition)}, written as a string`
  }
  if (type === 'array') return `a list${itemsOf(definition.items)}, written as a string`
  if (type !== 'string') return `of type ${quote(type)}, written as a string`
  const pattern =
    definition.pattern === undefined ? '' : ` that matches ${quote(definition.pattern)}`
  return `a string${length(definition)}${pattern}`
}

function list(values: readonly unknown[]): string {
  const told = values.slice(0, mostValues).map(quote).join(', ')
  return values.length > mostValues ? `${told} and ${values.length - mostValues} more` : told
}

function range({ minimum, maximum }: Readonly<Record<string, unknown>>): string {
  if (typeof minimum === 'number' && typeof maximum === 'number') {
    return ` from ${minimum} to ${maximum}`
  }
  if (typeof minimum === 'number') return ` of ${minimum} or more`
  return typeof maximum === 'number' ? ` of ${maximum} or less` : ''
}

function length({ minLength, maxLength }: Readonly<Record<string, unknown>>): string {
  if (typeof maxLength === 'number')
    return ` of ${Number(minLength ?? 0)} to ${maxLength} characters`
  return typeof minLength === 'number' ? ` of ${minLength} characters or more` : ''
}

function itemsOf(items: unknown): string {
  const values: unknown = Object(items).enum
  return Array.isArray(values) ? ` of ${list(values)}` : ''
}
