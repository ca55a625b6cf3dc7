/** Requests that tests of imports begin with. */
import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import type { Answer } from './http-client.ts'
import { octets, show } from './image-requests.ts'
import type { TestService } from './start-test-service.ts'

type Fields = Readonly<Record<string, unknown>>

export function stage(service: TestService, id: string, body: string | Uint8Array, as = 'own') {
  return service.ask('PUT', `/v2/images/${id}/stage`, { as, headers: octets, body })
}

/** @param method its name, or with fields of its own. */
export function beginImport(
  service: TestService,
  id: string,
  method: string | Fields,
  more: Fields = {},
  { as = 'own', headers = {} }: { as?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const body = { method: typeof method === 'string' ? { name: method } : method, ...more }
  return service.ask('POST', `/v2/images/${id}/import`, { as, headers, body })
}

/** The image's last task, once it has ended. */
export function endedTask(service: TestService, imageId: string, as = 'own') {
  return eventually(async () => {
    const { body } = await service.ask('GET', `/v2/images/${imageId}/tasks`, { as })
    const task = body.tasks.at(-1)
    expect(['success', 'failure'], task?.message).toContain(task?.status)
    return task
  })
}

/** The image, once no task holds it. */
export async function imported(service: TestService, id: string) {
  return eventually(async () => {
    const image = await show(service, id)
    expect(image).not.toHaveProperty('os_glance_import_task')
    return image
  })
}

export async function dataOf(service: TestService, id: string, as = 'own'): Promise<Answer> {
  return service.ask('GET', `/v2/images/${id}/file`, { as })
}
