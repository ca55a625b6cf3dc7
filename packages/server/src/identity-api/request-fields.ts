/** Reads what a request says, once, at the edge: inside, types are true. */
import { InvalidError, quote } from '@vitrine/core'
import { mostCharacters, requireText } from '@vitrine/identity'
import type { FastifyRequest } from 'fastify'

export type Fields = Readonly<Record<string, unknown>>

/** @throws {InvalidError} when the value is not a JSON object. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (isFields(value)) return value
  throw wrongType(what, value, 'a JSON object')
}

/** The object under `name` in the request's body: Identity wraps every resource in its noun. */
export function bodyOf(request: FastifyRequest, name: string): Fields {
  return fieldsOf(fieldsOf(request.body, 'the request body')[name], quote(name))
}

/** @returns undefined when there is no such field. */
export function textIn(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  return value === undefined ? undefined : toText(value, name)
}

/** Null stands for "none". */
export function textOrNullIn(fields: Fields, name: string): string | null | undefined {
  return fields[name] === null ? null : textIn(fields, name)
}

export function requiredTextIn(fields: Fields, name: string): string {
  return toText(fields[name], name)
}

/** A text that no message may quote, and that may be of any kind. */
export function secretIn(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw wrongType(quote(name), value, 'a string')
}

export function flagIn(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw wrongType(quote(name), value, 'true or false')
}

/** A part of the path, such as `:projectId`. */
export function pathPart(request: FastifyRequest, name: string): string {
  return toText(fieldsOf(request.params, 'the path')[name], name)
}

/** A query parameter; the last one when it is repeated. Read from the URL: the server parses none. */
export function queryText(request: FastifyRequest, name: string): string | undefined {
  const [, query = ''] = /\?(.*)/s.exec(request.url) ?? []
  const last = new URLSearchParams(query).getAll(name).at(-1)
  return last === undefined ? undefined : toText(last, name)
}

/** As Keystone reads it: `?flag`, `?flag=true` and `?flag=1` are yes; `?flag=0` and `=false` are no. */
export function queryFlag(request: FastifyRequest, name: string): boolean | undefined {
  const text = queryText(request, name)
  return text === undefined ? undefined : !['0', 'false'].includes(text.toLowerCase())
}

/** A header that HTTP libraries may have joined from several; empty counts as absent. */
export function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  const text = Array.isArray(value) ? value[0] : value
  return text === '' ? undefined : text
}

function toText(value: unknown, name: string): string {
  if (typeof value !== 'string') throw wrongType(quote(name), value, 'a string')
  return requireText(quote(name), value, mostCharacters.description)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Says the value's type and not the value: it may be a password in the wrong place. */
function wrongType(what: string, value: unknown, wanted: string): InvalidError {
  return new InvalidError(`Cannot read ${what}: it is ${typeName(value)}, and must be ${wanted}`)
}

function typeName(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
