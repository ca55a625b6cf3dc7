/** Metadata definitions with the `md-…` commands of `glance`, all of them. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAccounts } from './accounts.ts'
import { property, rows } from './glance-tables.ts'
import { type PeerService, startPeerService } from './service.ts'
import { Terminal } from './terminal.ts'

let service: PeerService
let admin: Terminal
let producer: Terminal
let producerId: string

beforeAll(async () => {
  service = await startPeerService()
  const accounts = await openAccounts(service)
  producer = accounts.producer.terminal
  producerId = accounts.producer.projectId
  admin = new Terminal(service, { name: 'admin', password: service.adminPassword })
})
afterAll(() => service[Symbol.asyncDispose]())

const firsts = (table: string) => rows(table).map(([first]) => first)

describe('with the glance command, a namespace', () => {
  test('is made by an admin, shown to readers, changed and deleted', async () => {
    const made =
      await admin.run`glance md-namespace-create --visibility public --display-name ${'A name'} --description d --protected True Cloud::A`
    expect(property(made, 'namespace')).toBe('Cloud::A')
    expect(property(made, 'protected')).toBe('True')
    const shown = await producer.run`glance md-namespace-show Cloud::A`
    expect(property(shown, 'display_name')).toBe('A name')
    expect(await producer.refused`glance md-namespace-create Cloud::Mine`).toContain('403')
    expect(await producer.refused`glance md-namespace-delete Cloud::A`).toContain('403')
    expect(await admin.refused`glance md-namespace-create Cloud::A`).toContain('409')
    expect(await admin.refused`glance md-namespace-delete Cloud::A`).toContain('protected')
    const updated =
      await admin.run`glance md-namespace-update --protected False --visibility private --namespace Cloud::B Cloud::A`
    expect(property(updated, 'namespace')).toBe('Cloud::B')
    expect(await producer.refused`glance md-namespace-show Cloud::B`).toContain('404')
    await admin.run`glance md-namespace-delete Cloud::B`
    expect(await admin.refused`glance md-namespace-show Cloud::B`).toContain('404')
  })

  test('is imported from a file, such as those that come with the service', async () => {
    const file = join(
      import.meta.dirname,
      '../packages/server/metadefs/compute-virt-cpu-topology.json',
    )
    await admin.run`glance md-namespace-import --file ${file}`
    const name = 'OS::Compute::VirtCPUTopology'
    const { properties } = JSON.parse(await readFile(file, 'utf8'))
    const listed = await producer.run`glance md-property-list ${name}`
    expect(firsts(listed).toSorted()).toEqual(Object.keys(properties).toSorted())
    const onImages =
      await producer.run`glance md-namespace-show --resource-type OS::Glance::Image ${name}`
    expect(onImages).toContain('hw_cpu_sockets')
    const types = await producer.run`glance md-namespace-resource-type-list ${name}`
    expect(firsts(types)).toEqual(['OS::Glance::Image', 'OS::Cinder::Volume', 'OS::Nova::Flavor'])
    expect(firsts(await producer.run`glance md-resource-type-list`)).toContain('OS::Nova::Flavor')
  })

  test('is listed, page by page, by visibility and by type of resource', async () => {
    for (const letter of ['x', 'y', 'z']) {
      await admin.run`glance md-namespace-create --visibility public List::${letter}`
      await admin.run`glance md-resource-type-associate --name My::Type --prefix p: List::${letter}`
    }
    await admin.run`glance md-namespace-create --owner ${producerId} List::private`
    const mine =
      await producer.run`glance md-namespace-list --resource-types My::Type --page-size 2`
    expect(firsts(mine)).toEqual(['List::z', 'List::y', 'List::x'])
    const closed = await producer.run`glance md-namespace-list --visibility private`
    expect(firsts(closed)).toEqual(['List::private'])
    await admin.run`glance md-resource-type-deassociate List::x My::Type`
    const left = await producer.run`glance md-namespace-list --resource-types My::Type`
    expect(firsts(left)).toEqual(['List::z', 'List::y'])
  })
})

describe('with the glance command, in a namespace', () => {
  beforeAll(() => admin.run`glance md-namespace-create --visibility public In`)

  test('properties are made, shown, changed and deleted', async () => {
    const schema = JSON.stringify({ type: 'integer', minimum: 1, default: 2, enum: [1, 2] })
    await admin.run`glance md-property-create --name cores --title Cores --schema ${schema} In`
    const shown = await producer.run`glance md-property-show In cores`
    expect([property(shown, 'type'), property(shown, 'default')]).toEqual(['integer', '2'])
    const text = JSON.stringify({ type: 'string', pattern: '^a' })
    await admin.run`glance md-property-update --name threads --title Threads --schema ${text} In cores`
    expect(firsts(await producer.run`glance md-property-list In`)).toEqual(['threads'])
    await admin.run`glance md-property-delete In threads`
    await admin.run`glance md-property-create --name again --title Again --schema ${text} In`
    await admin.run`glance md-namespace-properties-delete In`
    expect(firsts(await producer.run`glance md-property-list In`)).toEqual([])
  })

  test('objects are made, shown, changed and deleted', async () => {
    const properties = { speed: { type: 'number', title: 'Speed' } }
    const schema = JSON.stringify({ description: 'd', required: ['speed'], properties })
    await admin.run`glance md-object-create --name cpu --schema ${schema} In`
    const speed = await producer.run`glance md-object-property-show In cpu speed`
    expect(property(speed, 'title')).toBe('Speed')
    expect(firsts(await producer.run`glance md-object-list In`)).toEqual(['cpu'])
    const changed = JSON.stringify({ description: 'new', properties: {} })
    await admin.run`glance md-object-update --name disk --schema ${changed} In cpu`
    expect(property(await producer.run`glance md-object-show In disk`, 'description')).toBe('new')
    await admin.run`glance md-object-delete In disk`
    await admin.run`glance md-object-create --name cpu --schema ${schema} In`
    await admin.run`glance md-namespace-objects-delete In`
    expect(firsts(await producer.run`glance md-object-list In`)).toEqual([])
  })

  test('tags are made one by one and together, renamed and deleted', async () => {
    await admin.run`glance md-tag-create --name one In`
    expect(property(await producer.run`glance md-tag-show In one`, 'name')).toBe('one')
    expect(await admin.refused`glance md-tag-create --name one In`).toContain('409')
    await admin.run`glance md-tag-update --name first In one`
    // Not with --append, which this version of the client cannot write as a header.
    await admin.run`glance md-tag-create --name two In`
    await admin.run`glance md-tag-create --name three In`
    const names = async () => firsts(await producer.run`glance md-tag-list In`)
    expect(await names()).toEqual(['three', 'two', 'first'])
    await admin.run`glance md-tag-create-multiple --delim : --names a:b In`
    expect(await names()).toEqual(['b', 'a'])
    await admin.run`glance md-tag-delete In a`
    expect(await names()).toEqual(['b'])
    await admin.run`glance md-namespace-tags-delete In`
    expect(await names()).toEqual([])
  })

  test('thousands of tags go with it', async () => {
    const tags = Array.from({ length: 3000 }, (_, i) => ({ name: `tag ${i}` }))
    const file = join(service.directory, 'many.json')
    await writeFile(file, JSON.stringify({ namespace: 'Many', visibility: 'public', tags }))
    await admin.run`glance md-namespace-import --file ${file}`
    expect(firsts(await producer.run`glance md-tag-list Many`)).toHaveLength(3000)
    await admin.run`glance md-namespace-delete Many`
    expect(await producer.refused`glance md-tag-list Many`).toContain('404')
  })
})
