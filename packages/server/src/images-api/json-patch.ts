/**
 * The two dialects of JSON patch that change an image, as edits of the core.
 *
 *   v2.1  [{"op": "add", "path": "/name", "value": "x"}]   add replaces what is there
 *   v2.0  [{"add": "/name", "value": "x"}]                 add refuses what is there
 *
 * Spec: Images API v2, "Update image"; RFC 6901 for the paths, of which only the depth of one
 * name is used.
 */
import { type ImageEdit, InvalidError, quote, WrongContentError } from '@vitrine/core'
import { type ImageInput, readOnlyAttribute, requireNotReserved } from './image-input.ts'
import { toLocationEdit } from './location-patch.ts'
import { isObject } from './request-body.ts'

export const patchMediaTypes = [
  'application/openstack-images-v2.0-json-patch',
  'application/openstack-images-v2.1-json-patch',
] as const
type PatchMediaType = (typeof patchMediaTypes)[number]

/** @throws {WrongContentError} when the header names neither dialect. */
export function requirePatchMediaType(header: string | undefined): PatchMediaType {
  const name = header?.split(';')[0]?.trim().toLowerCase()
  const known = patchMediaTypes.find((one) => one === name)
  if (known !== undefined) return known
  throw new WrongContentError(
    `Cannot change an image with a body of ${header ? `type ${quote(header)}` : 'no type'}: it should be ${patchMediaTypes.join(' or ')}`,
  )
}

type Operation = {
  readonly op: 'add' | 'replace' | 'remove'
  readonly name: string
  /** The part of the path below the name: only locations have one. */
  readonly item: string | undefined
  readonly value: unknown
}

/**
 * @throws {InvalidError} when the patch, a path or a value is malformed.
 * @throws {ForbiddenError} when it touches what only the service may change.
 */
export function parsePatch(
  body: unknown,
  mediaType: PatchMediaType,
  input: ImageInput,
  locationsMayChange: boolean,
): readonly ImageEdit[] {
  if (!Array.isArray(body)) {
    throw new InvalidError('Request body must be a JSON array of operation objects.')
  }
  const readOperation = mediaType === patchMediaTypes[0] ? readOperationV20 : readOperationV21
  const operations = body.map((operation: unknown) => {
    if (isObject(operation)) return readOperation(operation)
    throw new InvalidError(`Operations must be JSON objects: ${quote(operation)} is none.`)
  })
  for (const { name } of operations) {
    if (name !== 'locations' || !locationsMayChange) requireWritable(name)
  }
  const addReplaces = mediaType === patchMediaTypes[1]
  return operations.map((operation) => toEdit(operation, addReplaces, input))
}

function readOperationV21(operation: Record<string, unknown>): Operation {
  const { op } = operation
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw new InvalidError(
      `Cannot apply operation ${quote(op)}: "op" should be "add", "replace" or "remove"`,
    )
  }
  return { op, ...parsePointer(op, operation.path, '"path"'), value: newValue(op, operation) }
}

function readOperationV20(operation: Record<string, unknown>): Operation {
  const [op, another] = (['add', 'replace', 'remove'] as const).filter((one) =>
    Object.hasOwn(operation, one),
  )
  if (op === undefined || another !== undefined) {
    throw new InvalidError(
      'Operation objects must contain exactly one member named "add", "remove", or "replace".',
    )
  }
  return { op, ...parsePointer(op, operation[op], quote(op)), value: newValue(op, operation) }
}

function newValue(op: Operation['op'], operation: Record<string, unknown>): unknown {
  if (op !== 'remove' && !Object.hasOwn(operation, 'value')) {
    throw new InvalidError(`Operation ${quote(op)} requires a member named "value".`)
  }
  return operation.value
}

/**
 * What a JSON pointer leads to: `/a~1b` is `a/b`, and `/locations/0` one of the locations.
 *
 * @throws {InvalidError} when it is no pointer, or leads deeper than an image has levels.
 */
function parsePointer(
  op: Operation['op'],
  pointer: unknown,
  member: string,
): Pick<Operation, 'name' | 'item'> {
  if (typeof pointer !== 'string') {
    throw new InvalidError(`Operation member ${member} should be a JSON pointer, such as "/name"`)
  }
  if (!pointer.startsWith('/')) throw badPointer(pointer, 'it does not begin with "/"')
  const segments = pointer.slice(1).split('/')
  const [segment = ''] = segments
  if (segment === 'locations') {
    const [, item, more] = segments
    const expected = op === 'replace' ? 'all of them: "/locations"' : 'one, as in "/locations/0"'
    if (more !== undefined || (item === undefined) !== (op === 'replace')) {
      throw badPointer(pointer, `${quote(op)} of locations is for ${expected}`)
    }
    return { name: segment, item }
  }
  if (segments.length > 1) throw badPointer(pointer, 'an image has properties of one level only')
  if (/~(?![01])/.test(segment)) throw badPointer(pointer, '"~" must be followed by 0 or 1')
  const name = segment.trim().replaceAll('~1', '/').replaceAll('~0', '~')
  return { name, item: undefined }
}

function badPointer(pointer: string, reason: string): InvalidError {
  return new InvalidError(`Invalid JSON pointer ${quote(pointer)}: ${reason}`)
}

/** Settable only at creation, or never. */
const readOnly = new Set([
  'created_at',
  'updated_at',
  'status',
  'checksum',
  'size',
  'virtual_size',
  'direct_url',
  'self',
  'file',
  'schema',
  'id',
  'os_hash_algo',
  'os_hash_value',
  'stores',
  'locations',
])

function requireWritable(name: string): void {
  if (readOnly.has(name)) throw readOnlyAttribute(name)
  requireNotReserved(name)
}

function toEdit(
  { op, name, item, value }: Operation,
  addReplaces: boolean,
  input: ImageInput,
): ImageEdit {
  if (name === 'locations') return toLocationEdit(op, item, value)
  if (!input.isField(name)) {
    if (op === 'remove') return { kind: 'remove-property', name }
    const kind = op === 'add' && addReplaces ? 'put-property' : (`${op}-property` as const)
    return { kind, name, value: input.property(name, value) }
  }
  if (op === 'remove') return { kind: 'remove-field', name }
  const { id: _, ...fields } = input.fields({ [name]: value })
  return op === 'add' && !addReplaces ? { kind: 'add-field', name } : { kind: 'set-fields', fields }
}
