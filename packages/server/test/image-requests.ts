/** Requests that many tests begin with. Each must succeed. */
import { expect } from 'vitest'
import type { Answer } from './http-client.ts'
import type { TestService } from './start-test-service.ts'

export const patchV21 = 'application/openstack-images-v2.1-json-patch'
export const patchV20 = 'application/openstack-images-v2.0-json-patch'
export const octets = { 'content-type': 'application/octet-stream' }

/** @returns the image's id. */
export async function createImage(
  service: TestService,
  fields: Readonly<Record<string, unknown>> = {},
  as = 'own',
): Promise<string> {
  const body = { disk_format: 'raw', container_format: 'bare', ...fields }
  const answer = await service.ask('POST', '/v2/images', { as, body })
  expect(answer.status, answer.text).toBe(201)
  return answer.body.id
}

/** An image with that data. */
export async function activeImage(
  service: TestService,
  data: string | Uint8Array,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const id = await createImage(service, fields)
  const answer = await upload(service, id, data)
  expect(answer.status, answer.text).toBe(204)
  return id
}

export function upload(
  service: TestService,
  id: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return service.ask('PUT', `/v2/images/${id}/file`, { headers: { ...octets, ...headers }, body })
}

/** A patch in the dialect v2.1, unless a type is given. */
export function patch(
  service: TestService,
  id: string,
  body: unknown,
  { as = 'own', type = patchV21 } = {},
): Promise<Answer> {
  const headers = { 'content-type': type }
  return service.ask('PATCH', `/v2/images/${id}`, { as, headers, body })
}

export async function show(service: TestService, id: string, as = 'own') {
  const answer = await service.ask('GET', `/v2/images/${id}`, { as })
  expect(answer.status, answer.text).toBe(200)
  return answer.body
}

/** Shares the image with the project of the caller called so. */
export async function share(service: TestService, id: string, projectId: string): Promise<void> {
  const body = { member: projectId }
  const answer = await service.ask('POST', `/v2/images/${id}/members`, { body })
  expect(answer.status, answer.text).toBe(200)
}

/** Queued images, one after the other. */
export async function createImages(service: TestService, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await createImage(service))
  return ids
}

/** Every image that an admin's list shows is gone, and counts no more. */
export async function deleteImages(service: TestService): Promise<void> {
  const { body } = await service.ask('GET', '/v2/images?limit=1000', { as: 'adm' })
  for (const { id } of body.images) {
    const answer = await service.ask('DELETE', `/v2/images/${id}`, { as: 'adm' })
    expect(answer.status, answer.text).toBe(204)
  }
}
