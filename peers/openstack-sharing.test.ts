/**
 * The whole story of a share with nothing but Debian's `openstack` command, from the accounts to the
 * boot of the shared image. The tests are its chapters, and follow on each other.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeBootImage } from '../demo/boot-image.ts'
import { bootInQemu } from '../demo/qemu.ts'
import { type PeerService, startPeerService } from './service.ts'
import { Terminal } from './terminal.ts'

const bootLine = 'Hello from the producer'

let service: PeerService
let producer: Terminal
let consumer: Terminal
let stranger: Terminal
let consumerId: string
let disk: string
let image: string

beforeAll(async () => {
  service = await startPeerService()
  producer = new Terminal(service, { name: 'producer', password: 'p' })
  consumer = new Terminal(service, { name: 'consumer', password: 'c' })
  stranger = new Terminal(service, { name: 'stranger', password: 's' })
  disk = join(service.directory, 'hello.qcow2')
  await writeBootImage(disk, { line: bootLine, fillerBytes: 4 * 1024 ** 2 })
})

afterAll(() => service[Symbol.asyncDispose]())

describe('with the openstack command', () => {
  test('an admin makes projects, users and role assignments', async () => {
    const admin = new Terminal(service, { name: 'admin', password: service.adminPassword })
    for (const [name, password] of [
      ['producer', 'p'],
      ['consumer', 'c'],
      ['stranger', 's'],
    ] as const) {
      await admin.run`openstack project create ${name}`
      await admin.run`openstack user create --project ${name} --password ${password} ${name}`
      await admin.run`openstack role add --project ${name} --user ${name} member`
    }
    consumerId = await admin.run`openstack project show consumer -f value -c id`
    expect(await admin.lines`openstack project list --sort-column Name -f value -c Name`).toEqual([
      'admin',
      'consumer',
      'producer',
      'stranger',
    ])
    const assignments =
      await admin.lines`openstack role assignment list --names -f value -c Role -c User -c Project`
    expect(assignments).toContain('member consumer@Default consumer@Default')
    expect(await admin.refused`openstack project create producer`).toContain('409')
  })

  test('a user gets a token, and a catalog with the image service', async () => {
    const token = await producer.json`openstack token issue -f json`
    expect(token).toMatchObject({ id: expect.any(String), project_id: expect.any(String) })
    const catalog = await producer.json`openstack catalog show image -f json`
    expect(catalog).toMatchObject({ name: 'glance', type: 'image' })
    expect(await producer.refused`openstack user list`).toMatch(/403/)
    const wrong = new Terminal(service, { name: 'producer', password: 'wrong' })
    expect(await wrong.refused`openstack image list`).toMatch(/401/)
  })

  test('the producer uploads an image', async () => {
    await producer.run`openstack image create --file ${disk} --disk-format qcow2 --container-format bare --shared hello`
    const shown = await producer.json`openstack image show hello -f json`
    expect(shown).toMatchObject({
      status: 'active',
      visibility: 'shared',
      size: (await readFile(disk)).byteLength,
    })
    image = await producer.run`openstack image show hello -f value -c id`
  })

  test('the producer shares it, and sees that nobody has answered yet', async () => {
    const member = await producer.json`openstack image add project hello ${consumerId} -f json`
    expect(member).toMatchObject({ image_id: image, member_id: consumerId, status: 'pending' })
    expect(await producer.json`openstack image member list hello -f json`).toEqual([
      { 'Image ID': image, 'Member ID': consumerId, Status: 'pending' },
    ])
    expect(await producer.refused`openstack image add project hello ${consumerId}`).toContain('409')
  })

  test('the consumer finds it only among pending shares', async () => {
    expect(await consumer.json`openstack image list -f json`).toEqual([])
    expect(
      await consumer.json`openstack image list --shared --member-status pending -f json`,
    ).toEqual([{ ID: image, Name: 'hello', Status: 'active' }])
    expect(await consumer.json`openstack image show ${image} -f json`).toMatchObject({ id: image })
    expect(await consumer.json`openstack image member list ${image} -f json`).toMatchObject([
      { 'Member ID': consumerId },
    ])
  })

  test('the consumer downloads it while it is pending, and boots it', async () => {
    const copy = join(service.directory, 'copy.qcow2')
    await consumer.run`openstack image save --file ${copy} ${image}`
    expect((await readFile(copy)).equals(await readFile(disk))).toBe(true)
    expect(await bootInQemu(copy, { timeoutMs: 60_000 })).toBe(`${bootLine}\r\n`)
  })

  test("the consumer's answer decides what its list shows", async () => {
    const listed = () => consumer.lines`openstack image list -f value -c ID`
    await consumer.run`openstack image set --accept ${image}`
    expect(await listed()).toEqual([image])
    expect(await producer.run`openstack image member list hello -f value -c Status`).toBe(
      'accepted',
    )

    await consumer.run`openstack image set --reject ${image}`
    expect(await listed()).toEqual([])
    expect(
      await consumer.lines`openstack image list --shared --member-status rejected -f value -c ID`,
    ).toEqual([image])
    expect(await consumer.run`openstack image show ${image} -f value -c status`).toBe('active')

    await consumer.run`openstack image set --pending ${image}`
    expect(await listed()).toEqual([])
    expect(
      await consumer.lines`openstack image list --shared --member-status all -f value -c ID`,
    ).toEqual([image])
  })

  test('the producer may not answer for the consumer', async () => {
    const told =
      await producer.refused`openstack image set --accept --project ${consumerId} ${image}`
    expect(told).toContain('403')
    expect(told).toContain('You are not authorized to complete modify_member action.')
  })

  test('the consumer may not change, delete or share it', async () => {
    const rename = await consumer.refused`openstack image set --name mine ${image}`
    expect(rename).toContain('403')
    const remove = await consumer.refused`openstack image delete ${image}`
    expect(remove).toContain('You are not authorized to complete delete_image action.')
    const share = await consumer.refused`openstack image add project ${image} somebody`
    expect(share).toContain('You are not authorized to complete add_member action.')
  })

  test('a stranger learns nothing of it', async () => {
    const told = await stranger.refused`openstack image show ${image}`
    expect(told).toBe(`No Image found for ${image}`)
    await stranger.refused`openstack image save --file no ${image}`
    expect(await stranger.json`openstack image list --shared --member-status all -f json`).toEqual(
      [],
    )
  })

  test('the producer ends the share, and the consumer has lost it', async () => {
    await producer.run`openstack image remove project hello ${consumerId}`
    expect(await consumer.refused`openstack image show ${image}`).toBe(
      `No Image found for ${image}`,
    )
    expect(await producer.json`openstack image member list hello -f json`).toEqual([])
  })
})
