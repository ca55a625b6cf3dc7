/**
 * The services that Vitrine is, as Keystone's catalog tells of them.
 *
 * The image endpoint carries no `/v2`: every client of the Images API adds it itself.
 */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Context } from './context.ts'

export const regionId = 'RegionOne'
const interfaces = ['public', 'internal', 'admin'] as const

export type Service = {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly endpoints: readonly Endpoint[]
}

export type Endpoint = {
  readonly id: string
  readonly interface: string
  readonly region: string
  readonly region_id: string
  readonly url: string
}

export function serviceCatalog(context: Context, request: FastifyRequest): readonly Service[] {
  return [
    service('image', 'glance', context.serviceUrl(request)),
    service('identity', 'keystone', `${context.identityUrl(request)}/v3`),
  ]
}

function service(type: string, name: string, url: string): Service {
  const endpoints = interfaces.map((each) => ({
    id: stableId(`endpoint ${type} ${each}`),
    interface: each,
    region: regionId,
    region_id: regionId,
    url,
  }))
  return { id: stableId(`service ${type}`), type, name, endpoints }
}

/** The same id in every process and at every start, in Keystone's 32 hex digits. */
export function stableId(of: string): string {
  return createHash('sha256').update(of).digest('hex').slice(0, 32)
}
