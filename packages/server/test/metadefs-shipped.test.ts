/** The metadata definitions that come with the service: what they say, and how they are loaded. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import type { MetadefNamespaceBody } from '@vitrine/wire'
import { describe, expect, test } from 'vitest'
import { newPlace, start } from './start-process.ts'
import { describeOnBothDatabases } from './start-test-service.ts'

const root = '/v2/metadefs/namespaces'
const catalogue = '/v2/metadefs/catalogue'
const directory = join(import.meta.dirname, '../metadefs')

const files = readdirSync(directory).filter((name) => name.endsWith('.json'))
const shipped = files.map((file): [string, MetadefNamespaceBody] => [
  file,
  JSON.parse(readFileSync(join(directory, file), 'utf8')),
])
const namesShipped = shipped.map(([, { namespace }]) => namespace).toSorted()

/** Every property as resources have it, with its definition. */
function propertiesOf(body: MetadefNamespaceBody) {
  const types = body.resource_type_associations ?? []
  const groups = [body.properties, ...(body.objects ?? []).map(({ properties }) => properties)]
  return types.flatMap(({ name: type, prefix = '' }) =>
    groups.flatMap((group) =>
      Object.entries(group ?? {}).map(([name, definition]) => ({
        type,
        name: prefix + name,
        definition,
      })),
    ),
  )
}

describe('the definitions that come with the service', () => {
  test('say of every property what it is called, what it is for and what it may be', () => {
    expect(shipped.length).toBeGreaterThan(20)
    for (const [file, body] of shipped) {
      expect(body, file).toMatchObject({ visibility: 'public', protected: true })
      expect(body.description, file).toMatch(/\.$/)
      const all = propertiesOf(body)
      expect(all.length, file).toBeGreaterThan(0)
      for (const { name, definition } of all) {
        expect(definition.description, name).toMatch(/\.$/)
        expect(definition.title.length, name).toBeLessThanOrEqual(40)
        expect(name.length, name).toBeLessThanOrEqual(80)
        expect(new Set(definition.enum).size, name).toBe(definition.enum?.length ?? 0)
        if (definition.pattern !== undefined) new RegExp(definition.pattern, 'u')
      }
    }
  })

  test('say nothing twice', () => {
    const all = shipped.flatMap(([, body]) => propertiesOf(body))
    const names = all.map(({ type, name }) => `${name} of ${type}`)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
    expect(new Set(namesShipped).size).toBe(shipped.length)
  })

  test.each([
    'architecture',
    'os_type',
    'os_distro',
    'os_version',
    'os_admin_user',
    'os_secure_boot',
    'hypervisor_type',
    'vm_mode',
    'hw_disk_bus',
    'hw_vif_model',
    'hw_video_model',
    'hw_machine_type',
    'hw_firmware_type',
    'hw_cpu_sockets',
    'hw_cpu_cores',
    'hw_cpu_threads',
    'hw_cpu_policy',
    'hw_mem_page_size',
    'hw_numa_nodes',
    'hw_watchdog_action',
    'hw_rng_model',
    'hw_tpm_version',
    'hw_qemu_guest_agent',
    'img_signature_hash_method',
    'cinder_img_volume_type',
    'vmware_adaptertype',
    'trait:HW_CPU_X86_AVX2',
  ])('say what %s of an image is', (property) => {
    const onImages = shipped
      .flatMap(([, body]) => propertiesOf(body))
      .filter(({ type }) => type === 'OS::Glance::Image')
    expect(onImages.map(({ name }) => name)).toContain(property)
  })
})

describeOnBothDatabases('loading the definitions that come with the service', {}, (service) => {
  const admin = (method: string, path: string, body?: unknown) =>
    service().ask(method, path, { as: 'adm', body })

  test('is for admins, creates what is missing, and leaves alone what is there', async () => {
    for (const [as, status] of [
      ['own', 403],
      ['ownR', 403],
      ['svc', 404],
      ['none', 404],
    ] as const) {
      expect((await service().ask('POST', catalogue, { as })).status).toBe(status)
    }
    expect((await admin('GET', root)).body.namespaces).toEqual([])
    const mine = { namespace: 'OS::Compute::Watchdog', description: 'mine' }
    expect((await admin('POST', root, mine)).status).toBe(201)

    const { status, body } = await admin('POST', catalogue)
    expect(status).toBe(200)
    expect(body.unchanged).toEqual([mine.namespace])
    expect([...body.created, mine.namespace].toSorted()).toEqual(namesShipped)
    expect((await admin('GET', `${root}/${mine.namespace}`)).body).toMatchObject(mine)

    const again = await admin('POST', catalogue)
    expect(again.body.created).toEqual([])
    expect(again.body.unchanged.toSorted()).toEqual(namesShipped)
  })

  test('gives every project what the files say', async () => {
    await admin('POST', catalogue)
    const onImages = `${root}?limit=1000&resource_types=OS::Glance::Image`
    const { body } = await service().ask('GET', onImages, { as: 'non' })
    expect(body.namespaces.length).toBeGreaterThan(15)
    const name = 'OS::Compute::VirtCPUTopology'
    const shown = await service().ask('GET', `${root}/${name}?resource_type=OS::Nova::Flavor`)
    expect(shown.body).not.toHaveProperty('owner')
    expect(shown.body.properties['hw:cpu_sockets']).toMatchObject({ type: 'integer', minimum: 1 })
    expect((await admin('DELETE', `${root}/${name}`)).status).toBe(403)
  })

  test('takes no body', async () => {
    expect((await admin('POST', catalogue, {})).status).toBe(400)
  })
})

describe('the flag --load-metadefs', () => {
  const loaded = `Metadata definitions: ${shipped.length} namespaces loaded: OS::`
  const loadedNone = `Metadata definitions: 0 namespaces loaded; ${shipped.length} were there already and stay unchanged`

  test('loads what is missing, says so, and serves as usual', async () => {
    const place = await newPlace({})
    const first = await start(place, ['--load-metadefs'])
    expect(first.said.join('\n')).toContain(loaded)
    const { body } = await first.ask('GET', `${root}?limit=1000`)
    expect(body.namespaces).toHaveLength(shipped.length)
    first.process.kill('SIGTERM')
    await expect.poll(() => first.process.exitCode).toBe(0)
    const second = await start(place, ['--load-metadefs'])
    expect(second.said).toContain(loadedNone)
  })

  test('is needed for any of it', async () => {
    const service = await start(await newPlace({}))
    expect(service.said.join('\n')).not.toContain('Metadata definitions')
    expect((await service.ask('GET', root)).body.namespaces).toEqual([])
  })
})

describePostgres('the flag --load-metadefs, with two processes at once', () => {
  test('loads each namespace once', async () => {
    const url = { VITRINE_DATABASE__URL: await freshPostgresDatabase() }
    // The first start makes the tables and the admin, of whom there is one.
    const first = await start(await newPlace(url))
    const places = [await newPlace(url), await newPlace(url)]
    const both = await Promise.all(places.map((place) => start(place, ['--load-metadefs'])))
    const counts = both.map(({ said }) => Number(/(\d+) namespaces loaded/.exec(said.join())?.[1]))
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(shipped.length)
    const { body } = await first.ask('GET', `${root}?limit=1000`)
    const names = body.namespaces.map(({ namespace }: { namespace: string }) => namespace)
    expect(names.toSorted()).toEqual(namesShipped)
  })
})
