/** A property's value that is refused is explained by the namespace that defines the property. */
import { expect, test } from 'vitest'
import { describeOnBothDatabases } from './start-test-service.ts'

const root = '/v2/metadefs/namespaces'
const patchType = 'application/openstack-images-v2.1-json-patch'

describeOnBothDatabases('a refused value of a property', {}, (service) => {
  const admin = (method: string, path: string, body?: unknown) =>
    service().ask(method, path, { as: 'adm', body })
  const json = { accept: 'application/json' }
  const create = async (properties: object, as = 'own') => {
    const { status, body } = await service().ask('POST', '/v2/images', {
      as,
      headers: json,
      body: properties,
    })
    return { status, id: body.id, message: body.message }
  }
  const namespace = async (name: string, fields: object, prefix = '') => {
    const association = { name: 'OS::Glance::Image', ...(prefix !== '' && { prefix }) }
    const body = {
      namespace: name,
      visibility: 'public',
      resource_type_associations: [association],
      ...fields,
    }
    expect((await admin('POST', root, body)).status).toBe(201)
  }

  test('is explained by the definitions that come with the service', async () => {
    const unexplained = await create({ hw_watchdog_action: 5 })
    expect(unexplained.message).toBe(
      'Cannot keep custom property "hw_watchdog_action": its value is 5, and should be a string',
    )
    await admin('POST', '/v2/metadefs/catalogue')
    expect(await create({ hw_watchdog_action: 5 })).toMatchObject({
      status: 400,
      message:
        'Cannot keep custom property "hw_watchdog_action": its value is 5, and should be a string. Namespace "OS::Compute::Watchdog" defines it: "When the guest hangs", one of "disabled", "none", "pause", "poweroff", "reset".',
    })
    expect((await create({ hw_cpu_cores: 4 })).message).toMatch(
      'Namespace "OS::Compute::VirtCPUTopology" defines it: "Cores per socket", an integer of 1 or more, written as a string.',
    )
    expect((await create({ hw_boot_menu: true })).message).toMatch(
      /: "Boot menu", "true" or "false"\.$/,
    )
    expect((await create({ hw_rng_model: 'x'.repeat(70_000) })).message).toMatch(
      /longer than the limit of 65535 bytes\. Namespace "OS::Compute::RandomNumberGenerator" defines it: "Device", one of "virtio"\.$/,
    )
    expect((await create({ kernel_id: 'no id' })).message).toMatch(
      /Namespace "OS::Glance::CommonImageProperties" defines it: "Kernel", a string that matches/,
    )
    expect((await create({ sw_database_mysql_listen_port: 1 })).message).toMatch(
      'Namespace "OS::Software::DBMS" defines it: "Port", an integer from 1 to 65535, written',
    )
  })

  test('is explained in a patch too, in both of its dialects', async () => {
    await namespace('Patch', {
      properties: { shape: { type: 'number', title: 'Shape', maximum: 1.5 } },
    })
    const { id } = await create({})
    for (const [type, operation] of [
      [patchType, { op: 'add', path: '/shape', value: 1 }],
      ['application/openstack-images-v2.0-json-patch', { add: '/shape', value: 1 }],
    ] as const) {
      const headers = { ...json, 'content-type': type }
      const body = [operation]
      const answer = await service().ask('PATCH', `/v2/images/${id}`, { headers, body })
      expect([answer.status, answer.body.message]).toEqual([
        400,
        'Cannot keep custom property "shape": its value is 1, and should be a string. Namespace "Patch" defines it: "Shape", a number of 1.5 or less, written as a string.',
      ])
    }
  })

  test('is explained in an import task too', async () => {
    await namespace('Task', { properties: { task: { type: 'boolean', title: 'Task' } } })
    const input = {
      import_from: 'http://example.com/x',
      import_from_format: 'raw',
      image_properties: { task: true },
    }
    const answer = await service().ask('POST', '/v2/tasks', {
      as: 'adm',
      headers: json,
      body: { type: 'import', input },
    })
    expect(answer.body.message).toMatch('Namespace "Task" defines it: "Task", "true" or "false".')
  })

  test('is never a value that a definition alone would refuse', async () => {
    await namespace('Strict', {
      properties: { strict: { type: 'string', title: 'Strict', enum: ['a'], maxLength: 1 } },
    })
    expect((await create({ strict: 'anything at all' })).status).toBe(201)
  })

  test('is explained only by what the caller may see', async () => {
    const owner = service().accounts.projectId('producer')
    const properties = { secret: { type: 'string', title: 'Secret', minLength: 2, maxLength: 9 } }
    await namespace('Closed', { visibility: 'private', owner, properties }, 'x_')
    const own = await create({ x_secret: 1 })
    expect(own.message).toMatch(
      'Namespace "Closed" defines it: "Secret", a string of 2 to 9 characters.',
    )
    const other = await create({ x_secret: 1 }, 'non')
    expect(other.message).toMatch(/should be a string$/)
    expect((await create({ secret: 1 })).message).toMatch(/should be a string$/)
  })

  test('is explained by an object of the namespace, whatever its name is made of', async () => {
    const odd = '100%_"\\x'
    const properties = { [odd]: { type: 'array', title: 'Odd', items: { enum: ['a', 1] } } }
    await namespace('Objects', { objects: [{ name: 'one' }, { name: 'two', properties }] })
    expect((await create({ [odd]: [] })).message).toMatch(
      'Namespace "Objects" defines it: "Odd", a list of "a", 1, written as a string.',
    )
    expect((await create({ '100x_"\\x': [] })).message).toMatch(/should be a string$/)
    expect((await create({ two: [] })).message).toMatch(/should be a string$/)
    expect((await create({ title: [] })).message).toMatch(/should be a string$/)
  })
})
