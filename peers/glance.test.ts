/** The story and the images once more, with the `glance` command, which speaks to the API its own way. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAccounts, type PeerUser } from './accounts.ts'
import { property, rows } from './glance-tables.ts'
import { type PeerService, startPeerService } from './service.ts'
import type { Terminal } from './terminal.ts'

let service: PeerService
let producer: Terminal
let consumer: Terminal
let consumerId: string
let file: string
let image: string

beforeAll(async () => {
  service = await startPeerService()
  const accounts: { producer: PeerUser; consumer: PeerUser } = await openAccounts(service)
  producer = accounts.producer.terminal
  consumer = accounts.consumer.terminal
  consumerId = accounts.consumer.projectId
  file = join(service.directory, 'data.raw')
  await writeFile(file, randomBytes(3_000_000))
  const created =
    await producer.run`glance image-create --file ${file} --progress --name hello --disk-format raw --container-format bare --property os_distro=debian --tags base`
  image = property(created, 'id')
  expect(property(created, 'status')).toBe('active')
  expect(property(created, 'size')).toBe('3000000')
})

afterAll(() => service[Symbol.asyncDispose]())

describe('with the glance command, a share', () => {
  test('begins with a member that is pending', async () => {
    const member = await producer.run`glance member-create ${image} ${consumerId}`
    expect(rows(member)).toEqual([[image, consumerId, 'pending']])
    expect(rows(await producer.run`glance member-list --image-id ${image}`)).toEqual(rows(member))
    expect(rows(await consumer.run`glance image-list`)).toEqual([])
  })

  test('is answered by the consumer, and by nobody else', async () => {
    const told = await producer.refused`glance member-update ${image} ${consumerId} accepted`
    expect(told).toContain('HTTP 403 Forbidden: You are not authorized')
    const member = await consumer.run`glance member-update ${image} ${consumerId} accepted`
    expect(rows(member)).toEqual([[image, consumerId, 'accepted']])
    expect(rows(await consumer.run`glance image-list`)).toEqual([[image, 'hello']])
    await consumer.run`glance member-update ${image} ${consumerId} rejected`
    expect(rows(await consumer.run`glance image-list`)).toEqual([])
    expect(
      rows(await consumer.run`glance image-list --visibility shared --member-status rejected`),
    ).toEqual([[image, 'hello']])
  })

  test('lets the consumer download the image, whose hashes the client verifies', async () => {
    await consumer.run`glance image-download --file copy.raw --progress ${image}`
    const copy = await readFile(join(service.directory, 'copy.raw'))
    expect(copy.equals(await readFile(file))).toBe(true)
  })

  test('does not let the consumer change, delete or share the image', async () => {
    expect(await consumer.refused`glance image-update --name mine ${image}`).toContain(
      'HTTP 403 Forbidden',
    )
    expect(await consumer.refused`glance image-delete ${image}`).toContain('not permitted')
    expect(await consumer.refused`glance member-create ${image} somebody`).toContain(
      'HTTP 403 Forbidden',
    )
  })

  test('ends when the producer deletes the member', async () => {
    await producer.run`glance member-delete ${image} ${consumerId}`
    expect(rows(await producer.run`glance member-list --image-id ${image}`)).toEqual([])
    const told = await consumer.refused`glance image-show ${image}`
    expect(told).toBe(`HTTP 404 Not Found: No image found with ID ${image}`)
    expect(await consumer.refused`glance image-download --file no ${image}`).toContain('404')
  })
})

describe('with the glance command, an image', () => {
  test('is listed by its properties, in order and in pages', async () => {
    const other = property(await producer.run`glance image-create --name aaa`, 'id')
    expect(rows(await producer.run`glance image-list --property-filter os_distro=debian`)).toEqual([
      [image, 'hello'],
    ])
    expect(rows(await producer.run`glance image-list --sort name:asc --page-size 1`)).toEqual([
      [other, 'aaa'],
      [image, 'hello'],
    ])
    expect(rows(await producer.run`glance image-list --sort name:asc --limit 1`)).toEqual([
      [other, 'aaa'],
    ])
    await producer.run`glance image-delete ${other}`
  })

  test('is changed, and a property of it is removed', async () => {
    const changed =
      await producer.run`glance image-update --name renamed --min-ram 64 --property a=b ${image}`
    expect(property(changed, 'name')).toBe('renamed')
    expect(property(changed, 'min_ram')).toBe('64')
    expect(property(changed, 'a')).toBe('b')
    const without = await producer.run`glance image-update --remove-property a ${image}`
    expect(without).not.toMatch(/^\| a /m)
  })

  test('is tagged, and the tag is deleted', async () => {
    expect(await producer.run`glance image-tag-update ${image} tagged`).toContain("'tagged'")
    await producer.run`glance image-tag-delete ${image} tagged`
    expect(await producer.refused`glance image-tag-delete ${image} tagged`).toContain(
      'HTTP 404 Not Found: Cannot delete tag "tagged"',
    )
  })

  test('that is deactivated is not downloaded, until it is reactivated', async () => {
    await producer.run`glance image-deactivate ${image}`
    const told = await producer.refused`glance image-download --file no ${image}`
    expect(told).toContain('has been deactivated')
    await producer.run`glance image-reactivate ${image}`
    await producer.run`glance image-download --file again.raw ${image}`
  })

  test('has its data only once', async () => {
    const told = await producer.refused`glance image-upload --file ${file} ${image}`
    expect(told).toContain('HTTP 409 Conflict')
  })

  test('is explained by its schema', async () => {
    expect(await producer.run`glance explain image`).toContain('Scope of image accessibility')
  })

  test('is deleted, once', async () => {
    await producer.run`glance image-delete ${image}`
    expect(await producer.refused`glance image-delete ${image}`).toContain(
      `No image with an ID of '${image}' exists.`,
    )
    expect(rows(await producer.run`glance image-list`)).toEqual([])
  })
})
