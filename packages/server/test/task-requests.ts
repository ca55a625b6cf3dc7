/** Requests about tasks, as admins make them. */
import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import type { TestService } from './start-test-service.ts'

/** What makes an image of what lies at `uri`. */
export const importOf = (uri: string, more: object = {}) => ({
  type: 'import',
  input: {
    import_from: uri,
    import_from_format: 'raw',
    image_properties: { disk_format: 'raw', container_format: 'bare' },
    ...more,
  },
})

export function askTasks(
  service: TestService,
  method: string,
  path: string,
  body?: unknown,
  as = 'adm',
) {
  return service.ask(method, `/v2/tasks${path}`, { as, body })
}

/** @returns the id of an import that has ended as it was said to. */
export async function endedImport(service: TestService, uri: string, status = 'success') {
  const { body } = await askTasks(service, 'POST', '', importOf(uri))
  await eventually(async () => {
    const task = (await askTasks(service, 'GET', `/${body.id}`)).body
    expect(task.status, task.message).toBe(status)
  })
  return String(body.id)
}
