/**
 * Reading a request's body, or insisting that there is none.
 *
 * JSON is taken whatever its `Content-Type` says, as clients of this API expect. It must be text
 * that every database can keep: well-formed Unicode without NUL.
 */
import type { IncomingMessage } from 'node:http'
import { InvalidError, TooLargeError } from '@vitrine/core'

/** Longest JSON body, in bytes. Four times the longest property value that fits, and room. */
const longestJsonBytes = 1024 * 1024

/** @throws {InvalidError} when the request has a body. */
export function refuseBody(request: IncomingMessage): void {
  if (!hasBody(request)) return
  throw new InvalidError('A body is not expected with this request.')
}

const codings = new Set(['chunked', 'compress', 'deflate', 'gzip', 'identity'])

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (Number(headers['content-length'] ?? 0) > 0) return true
  const maySendCoded = method === 'POST' || method === 'PUT' || method === 'PATCH'
  return maySendCoded && codings.has(headers['transfer-encoding']?.toLowerCase() ?? '')
}

/**
 * The body as JSON.
 *
 * @throws {InvalidError} when there is none, or it is not JSON, or not text that can be kept.
 * @throws {TooLargeError} when it is longer than `longestBytes`.
 */
export async function readJson(
  request: IncomingMessage,
  longestBytes = longestJsonBytes,
): Promise<unknown> {
  const text = await readText(request, longestBytes)
  if (text === '') throw new InvalidError('Body expected in request.')
  const value = parse(text)
  // Only an escape can bring in what valid UTF-8 cannot hold.
  if (text.includes('\\u')) requireKeepable(value)
  if (text.length > 2 * deepestJson) requireShallow(value)
  return value
}

/** @throws {InvalidError | TooLargeError} as `readJson`. */
export async function readText(request: IncomingMessage, longestBytes: number): Promise<string> {
  return decode(await readWhole(request, longestBytes))
}

/** Objects and arrays within each other. More could be read, but not always be written again. */
const deepestJson = 500

function requireShallow(root: unknown): void {
  let level: unknown[] = [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepestJson) {
      throw new InvalidError(
        `Cannot read the request body: it is nested more than ${deepestJson} levels deep`,
      )
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
  }
}

/** The body as a JSON object. @throws as `readJson`, and when it is anything but an object. */
export async function readJsonObject(
  request: IncomingMessage,
  longestBytes?: number,
): Promise<Record<string, unknown>> {
  const value = await readJson(request, longestBytes)
  if (isObject(value)) return value
  throw new InvalidError(
    `Cannot read the request body: it is ${Array.isArray(value) ? 'an array' : 'a single value'}, and should be a JSON object`,
  )
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function readWhole(request: IncomingMessage, longestBytes: number): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > longestBytes) throw tooLong(longestBytes)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.byteLength
    if (length > longestBytes) throw tooLong(longestBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLong(longestBytes: number): TooLargeError {
  return new TooLargeError(
    `Cannot read the request body: it is longer than the limit of ${longestBytes} bytes`,
  )
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (error) {
    throw new InvalidError('Cannot read the request body: it is not valid UTF-8', { cause: error })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is nested too deeply'
    throw new InvalidError(`Malformed JSON in request body: ${reason}`, { cause: error })
  }
}

/** Walks without recursion, so that no depth of nesting can exhaust the stack. */
function requireKeepable(root: unknown): void {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string') requireKeepableText(value)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) waiting.push(key, inner)
    }
  }
}

export function requireKeepableText(text: string): void {
  if (text.includes('\0')) {
    throw new InvalidError(
      'Cannot keep a text of the request body: it holds a NUL character (U+0000)',
    )
  }
  if (!text.isWellFormed()) {
    throw new InvalidError(
      'Cannot keep a text of the request body: it holds half of a UTF-16 surrogate pair',
    )
  }
}
