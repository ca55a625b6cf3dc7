/**
 * One request and its answer. Every failure leaves here as one of our errors.
 *
 * No tokens, no repeating: see `transport.ts`. Redirects are not followed, since that would hand a
 * token, or a password, to an address that nobody configured.
 */
import { errorMessage } from './error-message.ts'
import { NetworkError, UnexpectedResponseError } from './errors.ts'
import { type HttpError, httpError } from './http-errors.ts'
import { parseRetryAfter } from './retry.ts'

export type Fetch = typeof globalThis.fetch

export type HttpRequest = {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Puts a request on the wire. `fetch` is the usual one; uploads bring their own. */
export type Send = (request: HttpRequest) => Promise<Response>

export function sendWith(fetch: Fetch): Send {
  return ({ url, method, headers, body, signal }) =>
    fetch(url, {
      method,
      headers,
      body: body ?? null,
      signal: signal ?? null,
      redirect: 'manual',
    })
}

/**
 * Sends the request and waits for the head of the answer.
 *
 * @returns only answers with a status of 200 to 299.
 * @throws {HttpError} for any other status.
 */
export async function exchange(request: HttpRequest, send: Send): Promise<Response> {
  const response = await connected(request, () => send(request))
  if (response.ok) return response
  if (isRedirect(response)) throw redirected(request, response)
  throw await refusal(response)
}

/**
 * Runs what depends on the connection.
 *
 * @throws {NetworkError} for whatever goes wrong; the signal's reason when it was aborted.
 */
export async function connected<T>(request: HttpRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    request.signal?.throwIfAborted()
    const address = `${request.url.origin}${request.url.pathname}`
    throw new NetworkError(`Cannot ${request.method} ${address}: ${reasonOf(cause)}`, { cause })
  }
}

/** `fetch failed` says nothing; what it was caused by does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  const code = 'code' in error ? String(error.code) : error.name
  return error.message === '' ? code : error.message
}

function isRedirect(response: Response): boolean {
  return response.type === 'opaqueredirect' || response.headers.has('location')
}

function redirected(request: HttpRequest, response: Response): UnexpectedResponseError {
  const target = response.headers.get('location') ?? 'another address'
  return new UnexpectedResponseError(
    `Cannot ${request.method} ${request.url.href}: it redirects to ${target}; configure that address instead`,
  )
}

async function refusal(response: Response): Promise<HttpError> {
  // The status is known even when its explanation breaks off.
  const body = await response.text().catch(() => '')
  const { status, statusText, headers } = response
  return httpError({
    status,
    message: errorMessage(headers.get('content-type'), body) ?? `${status} ${statusText}`.trim(),
    requestId: headers.get('x-openstack-request-id') ?? undefined,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
  })
}
