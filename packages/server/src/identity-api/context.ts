/** What every route of the Identity API stands on. */
import type { RequestRate } from '@vitrine/core'
import type { LocalAccounts } from '@vitrine/identity'
import type { FastifyRequest } from 'fastify'

export type IdentityApiOptions = {
  readonly accounts: LocalAccounts
  /** Undefined where projects may ask as fast as they like. */
  readonly requestRate?: RequestRate | undefined
  /** Where this service is reached from outside, as the request came in: `https://images.example`. */
  readonly publicUrl: (request: FastifyRequest) => string
}

export type Context = {
  readonly accounts: LocalAccounts
  readonly requestRate: RequestRate | undefined
  /** The whole service's URL, without a slash at its end. It is the image endpoint. */
  readonly serviceUrl: (request: FastifyRequest) => string
  /** The URL of the Identity API itself, without version and without a slash at its end. */
  readonly identityUrl: (request: FastifyRequest) => string
}

export function contextOf(
  { accounts, requestRate, publicUrl }: IdentityApiOptions,
  prefix: string,
): Context {
  const serviceUrl = (request: FastifyRequest) => publicUrl(request).replace(/\/+$/, '')
  return {
    accounts,
    requestRate,
    serviceUrl,
    identityUrl: (request) => serviceUrl(request) + prefix,
  }
}

export function linkTo(context: Context, request: FastifyRequest, path: string) {
  return { self: `${context.identityUrl(request)}/v3${path}` }
}

/** A list is always whole: there is no next page. */
export function listLinks(context: Context, request: FastifyRequest) {
  return { self: context.serviceUrl(request) + request.url, next: null, previous: null }
}
