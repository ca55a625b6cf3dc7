/**
 * The edge: what a service answers enters here as `unknown` and leaves with a type.
 *
 * A field of the wrong type is an `UnexpectedResponseError` that names it. A field that is missing
 * reads as null, false, 0 or empty where the API allows for it, since older services lack newer fields.
 */
import { UnexpectedResponseError } from './errors.ts'

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws {UnexpectedResponseError} when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const start = JSON.stringify(text.slice(0, 60))
    throw new UnexpectedResponseError(
      `Cannot read the answer: it should be JSON and begins ${start}`,
      { cause },
    )
  }
}

/** Reads the fields of one JSON object. `Key` is the names it has, so that a typo does not compile. */
export class Fields<Key extends string> {
  readonly #what: string
  readonly #values: Readonly<Record<string, unknown>>

  /** @param what what the object is, for messages: `image`. */
  constructor(what: string, value: unknown) {
    if (!isRecord(value)) throw unexpected(what, 'an object', value)
    this.#what = what
    this.#values = value
  }

  get(key: Key): unknown {
    return this.#values[key]
  }

  entries(): [string, unknown][] {
    return Object.entries(this.#values)
  }

  text(key: Key): string {
    const value = this.#values[key]
    return typeof value === 'string' ? value : this.#refuse(key, 'a string')
  }

  textOrNull(key: Key): string | null {
    return this.#absent(key) ? null : this.text(key)
  }

  oneOf<Value extends string>(key: Key, allowed: readonly Value[]): Value {
    const text = this.text(key)
    return allowed.find((value) => value === text) ?? this.#refuse(key, allowed.join(' | '))
  }

  number(key: Key): number {
    return this.numberOrNull(key) ?? 0
  }

  numberOrNull(key: Key): number | null {
    const value = this.#values[key]
    if (this.#absent(key)) return null
    return typeof value === 'number' ? value : this.#refuse(key, 'a number')
  }

  boolean(key: Key): boolean {
    const value = this.#values[key]
    if (this.#absent(key)) return false
    return typeof value === 'boolean' ? value : this.#refuse(key, 'true or false')
  }

  date(key: Key): Date {
    const date = new Date(this.text(key))
    return Number.isNaN(date.getTime()) ? this.#refuse(key, 'a date') : date
  }

  dateOrNull(key: Key): Date | null {
    return this.#absent(key) ? null : this.date(key)
  }

  list(key: Key): readonly unknown[] {
    const value = this.#values[key]
    if (this.#absent(key)) return []
    return Array.isArray(value) ? value : this.#refuse(key, 'a list')
  }

  #absent(key: Key): boolean {
    return this.#values[key] === undefined || this.#values[key] === null
  }

  #refuse(key: Key, wanted: string): never {
    throw unexpected(`${this.#what}.${key}`, wanted, this.#values[key])
  }
}

function unexpected(what: string, wanted: string, value: unknown): UnexpectedResponseError {
  const found = JSON.stringify(value)?.slice(0, 60)
  return new UnexpectedResponseError(
    `Cannot read the answer: ${what} should be ${wanted} and is ${found}`,
  )
}
