/** What the `openstack` command does with a project's own images. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAccounts } from './accounts.ts'
import { type PeerService, startPeerService } from './service.ts'
import type { Terminal } from './terminal.ts'

let service: PeerService
let producer: Terminal
let consumer: Terminal
let file: string

beforeAll(async () => {
  service = await startPeerService()
  const accounts = await openAccounts(service)
  producer = accounts.producer.terminal
  consumer = accounts.consumer.terminal
  file = join(service.directory, 'data.raw')
  await writeFile(file, randomBytes(3_000_000))
})

afterAll(() => service[Symbol.asyncDispose]())

describe('with the openstack command, an image', () => {
  test('is created with everything that it can be created with', async () => {
    await producer.run`openstack image create --file ${file} --disk-format raw --container-format bare --min-disk 1 --min-ram 64 --property os_distro=debian --property hw_disk_bus=virtio --tag base --protected --private full`
    expect(await producer.json`openstack image show full -f json`).toMatchObject({
      status: 'active',
      size: 3_000_000,
      min_disk: 1,
      min_ram: 64,
      protected: true,
      visibility: 'private',
      tags: ['base'],
      properties: { os_distro: 'debian', hw_disk_bus: 'virtio', os_hash_algo: 'sha512' },
    })
  })

  test('is protected from deletion, and says how to lift that', async () => {
    await producer.run`openstack image create precious`
    await producer.run`openstack image set --protected precious`
    const told = await producer.refused`openstack image delete precious`
    expect(told).toContain('is protected and cannot be deleted: set its "protected" to false first')
    await producer.run`openstack image set --unprotected precious`
    await producer.run`openstack image delete precious`
    expect(await producer.refused`openstack image show precious`).toBe(
      'No Image found for precious',
    )
  })

  test('is renamed, tagged and given properties, and they are taken away', async () => {
    await producer.run`openstack image create --tag old --property os_version=12 changing`
    await producer.run`openstack image set --name changed --tag new --property os_distro=debian --min-ram 128 changing`
    await producer.run`openstack image unset --tag old --property os_version changed`
    const shown = await producer.json`openstack image show changed -f json`
    expect(shown).toMatchObject({
      tags: ['new'],
      min_ram: 128,
      properties: { os_distro: 'debian' },
    })
    expect(shown).not.toHaveProperty('properties.os_version')
  })

  test('is found by a name with spaces, quotation marks, slashes and umlauts', async () => {
    const name = 'Größe 1/2 "daily" 50%: 22.04'
    await producer.run`openstack image create ${name}`
    expect(await producer.run`openstack image show ${name} -f value -c name`).toBe(name)
  })

  test('that is deactivated is not downloaded, until it is activated', async () => {
    await producer.run`openstack image create --file ${file} --disk-format raw --container-format bare blocked`
    await producer.run`openstack image set --deactivate blocked`
    expect(await producer.run`openstack image show blocked -f value -c status`).toBe('deactivated')
    await producer.refused`openstack image save --file blocked.raw blocked`
    await producer.run`openstack image set --activate blocked`
    await producer.run`openstack image save --file blocked.raw blocked`
    const copy = await readFile(join(service.directory, 'blocked.raw'))
    expect(copy.equals(await readFile(file))).toBe(true)
  })

  test('of the community is seen by everyone who asks for it; publishing is for admins', async () => {
    await producer.run`openstack image create --community common`
    expect(await consumer.lines`openstack image list -f value -c Name`).toEqual([])
    expect(await consumer.lines`openstack image list --community -f value -c Name`).toEqual([
      'common',
    ])
    expect(await producer.refused`openstack image set --public common`).toContain('403')
  })

  test('that is hidden is listed only among the hidden', async () => {
    await producer.run`openstack image create --private --tag hide-and-seek hidden`
    await producer.run`openstack image set --hidden hidden`
    const listed = await producer.lines`openstack image list --tag hide-and-seek -f value -c Name`
    expect(listed).toEqual([])
    expect(await producer.lines`openstack image list --hidden -f value -c Name`).toEqual(['hidden'])
  })

  test('without data is queued', async () => {
    await producer.run`openstack image create empty`
    expect(await producer.run`openstack image show empty -f value -c status`).toBe('queued')
  })

  test('is uploaded and downloaded whole when it is larger than any buffer', async () => {
    const large = join(service.directory, 'large.raw')
    await writeFile(large, randomBytes(40 * 1024 ** 2))
    await producer.run`openstack image create --file ${large} --disk-format raw --container-format bare large`
    await producer.run`openstack image save --file large.copy large`
    const copy = await readFile(join(service.directory, 'large.copy'))
    expect(copy.equals(await readFile(large))).toBe(true)
  })
})

describe('with the openstack command, a list', () => {
  const listed = (words: TemplateStringsArray, ...values: readonly string[]) =>
    consumer.lines(words, ...values)

  beforeAll(async () => {
    for (const [name, distro, tag] of [
      ['list-a', 'debian', 'red'],
      ['list-b', 'debian', 'blue'],
      ['list-c', 'fedora', 'red'],
    ] as const) {
      await consumer.run`openstack image create --property os_distro=${distro} --tag ${tag} --tag all ${name}`
    }
  })

  test('is narrowed by name, property and tag', async () => {
    expect(await listed`openstack image list --name list-b -f value -c Name`).toEqual(['list-b'])
    expect(await listed`openstack image list --property os_distro=fedora -f value -c Name`).toEqual(
      ['list-c'],
    )
    expect(await listed`openstack image list --tag red --sort name:asc -f value -c Name`).toEqual([
      'list-a',
      'list-c',
    ])
    expect(
      await listed`openstack image list --tag red --property os_distro=debian -f value -c Name`,
    ).toEqual(['list-a'])
    expect(await listed`openstack image list --status active -f value -c Name`).toEqual([])
  })

  test('is sorted', async () => {
    expect(await listed`openstack image list --sort name:asc -f value -c Name`).toEqual([
      'list-a',
      'list-b',
      'list-c',
    ])
    expect(await listed`openstack image list --sort name:desc -f value -c Name`).toEqual([
      'list-c',
      'list-b',
      'list-a',
    ])
  })

  test('comes in pages', async () => {
    expect(await listed`openstack image list --limit 2 -f value -c Name`).toHaveLength(2)
    // The newest come first, and the client itself sorts what came.
    expect(await listed`openstack image list --marker list-c -f value -c Name`).toEqual([
      'list-a',
      'list-b',
    ])
    expect(await listed`openstack image list --marker list-c --limit 1 -f value -c Name`).toEqual([
      'list-b',
    ])
  })

  test('is told at length', async () => {
    const all = await consumer.json`openstack image list --long --name list-a -f json`
    expect(all).toMatchObject([
      { Name: 'list-a', Status: 'queued', Visibility: 'shared', Protected: false, Size: null },
    ])
  })

  test('loses all that are deleted at once', async () => {
    await consumer.run`openstack image delete list-a list-b list-c`
    expect(await listed`openstack image list -f value -c Name`).toEqual([])
  })
})
