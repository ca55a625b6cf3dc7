/** Holds JSON bodies to the schemas of the wire, and says in a sentence where they differ. */
import { InvalidError, quote } from '@vitrine/core'
import type { Static, TSchema } from '@vitrine/wire'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'

/**
 * A check that is made ready when it is first needed: that takes longer than all else at the start.
 *
 * @param schema JSON schema; words that are none of its own, such as `is_base`, are let pass.
 */
export function lazyCheck<T>(schema: object): () => ValidateFunction<T> {
  let check: ValidateFunction<T> | undefined
  return () => {
    check ??= new Ajv({ strict: false, verbose: true, validateFormats: false }).compile<T>(schema)
    return check
  }
}

/**
 * @param action what the body is for, as in "Cannot create a member".
 * @returns the body when it is what the schema says.
 * @throws {InvalidError} naming the key, the value and what it should be.
 */
export function bodyCheck<Schema extends TSchema>(schema: Schema, action: string) {
  return documentCheck<Static<Schema>>(schema, action)
}

/** As `bodyCheck`, for a document whose type is written beside it. */
export function documentCheck<T>(schema: object, action: string): (body: unknown) => T {
  const readyCheck = lazyCheck<T>(schema)
  return (body) => {
    const check = readyCheck()
    if (check(body)) return body
    const [error] = check.errors ?? []
    throw new InvalidError(`Cannot ${action}: ${complaint(error)}`)
  }
}

function complaint(error: ErrorObject | undefined): string {
  const path = error?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  if (error?.keyword === 'required') {
    return `${quote(error.params.missingProperty)} is missing${path && ` from ${quote(path)}`}`
  }
  if (error?.keyword === 'additionalProperties') {
    return `${quote(error.params.additionalProperty)} is not known${path && ` in ${quote(path)}`}`
  }
  return `${quote(path)} is ${quote(error?.data)}, and should be ${expectation(error?.parentSchema)}`
}

/** What a schema asks for, as half a sentence. */
export function expectation(schema: ErrorObject['parentSchema']): string {
  if (Array.isArray(schema?.enum)) return `one of ${schema.enum.map(String).join(', ')}`
  if (typeof schema?.expected === 'string') return schema.expected
  if (schema?.pattern !== undefined) return 'a UUID, such as 71c675ab-d94f-49cd-a114-e12490b328d9'
  const types: unknown[] = [schema?.type].flat()
  const names = types.map((type) => typeNames[String(type)] ?? String(type)).join(' or ')
  if (schema?.maxLength !== undefined) return `${names} of at most ${schema.maxLength} characters`
  if (schema?.maximum !== undefined) return `${names} from ${schema.minimum} to ${schema.maximum}`
  return names
}

const typeNames: Record<string, string> = {
  null: 'null',
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
}
