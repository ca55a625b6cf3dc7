/** Equal bytes are kept once per store, however many images carry them, and nobody can tell. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { activeImage, createImage, octets, show, upload } from './image-requests.ts'
import { beginImport, dataOf, imported, stage } from './import-requests.ts'
import { describeOnBothDatabases } from './start-test-service.ts'
import { severalStores } from './web-server.ts'

const settings = severalStores()
const directories: readonly { id: string; directory: string }[] = JSON.parse(
  settings.VITRINE_STORES ?? '',
)

/** Where a file store keeps the object. */
function pathOf(store: string, key: string): string {
  const directory = directories.find(({ id }) => id === store)?.directory ?? store
  return join(directory, key.slice(0, 2), key.slice(2, 4), key)
}

describeOnBothDatabases('equal bytes', settings, (service) => {
  const files = () => service().dataFiles()
  const remove = async (id: string, as = 'own') =>
    expect((await service().ask('DELETE', `/v2/images/${id}`, { as })).status).toBe(204)

  async function uploadedBy(as: string, data: string): Promise<string> {
    const body = { disk_format: 'raw', container_format: 'bare' }
    const { id } = (await service().ask('POST', '/v2/images', { as, body })).body
    const answer = await service().ask('PUT', `/v2/images/${id}/file`, {
      as,
      headers: octets,
      body: data,
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
    return id
  }

  test('of images of two projects are one file, until the last of them is deleted', async () => {
    const before = await service().filesAtRest()
    const mine = await activeImage(service(), 'the same in both')
    const one = await files()
    expect(one).toHaveLength(before.length + 1)
    const theirs = await uploadedBy('non', 'the same in both')
    await expect.poll(files).toEqual(one)
    const facts = async (id: string) => {
      const { checksum, os_hash_value, size, stores } = await show(service(), id, 'adm')
      return { checksum, os_hash_value, size, stores }
    }
    expect(await facts(theirs)).toEqual(await facts(mine))
    await remove(mine)
    expect((await dataOf(service(), theirs, 'adm')).text).toBe('the same in both')
    expect(await files()).toEqual(one)
    await remove(theirs, 'non')
    await expect.poll(files).toEqual(before)
  })

  test('are one file in each store, whether they were uploaded, staged or copied', async () => {
    const before = await service().filesAtRest()
    const ids = [await activeImage(service(), 'by every way')]
    const staged = await createImage(service())
    expect((await stage(service(), staged, 'by every way')).status).toBe(204)
    await beginImport(service(), staged, 'glance-direct', { stores: ['fast', 'slow'] })
    await imported(service(), staged)
    ids.push(staged)
    const copied = await activeImage(service(), 'by every way')
    await beginImport(service(), copied, 'copy-image', { stores: ['slow'] }, { as: 'adm' })
    await imported(service(), copied)
    ids.push(copied)
    await expect.poll(async () => (await files()).length).toBe(before.length + 2)

    const gone = await service().ask('DELETE', `/v2/stores/slow/${copied}`, { as: 'adm' })
    expect(gone.status).toBe(204)
    expect((await service().ask('GET', `/v2/images/${staged}/file?prefer=slow`)).text).toBe(
      'by every way',
    )
    await remove(staged)
    await expect.poll(async () => (await files()).length).toBe(before.length + 1)
    for (const id of ids.filter((one) => one !== staged)) await remove(id)
    await expect.poll(files).toEqual(before)
  })

  test('must all be sent, and are refused like any others', async () => {
    await activeImage(service(), 'sixteen bytes...')
    const id = await createImage(service())
    const short = await upload(service(), id, 'sixteen', { 'x-openstack-image-size': '16' })
    expect(short.status).toBe(400)
    expect(await show(service(), id)).toMatchObject({ status: 'queued', size: null })
    const other = await createImage(service(), { disk_format: 'qcow2' })
    expect((await upload(service(), other, 'sixteen bytes...')).status).toBe(415)
    expect(await show(service(), other)).toMatchObject({ status: 'queued', checksum: null })
  })

  test('are kept anew when the store has lost them', async () => {
    const before = await service().filesAtRest()
    const lost = await activeImage(service(), 'lost and sent again')
    const [key = ''] = (await files()).filter((name) => !before.includes(name))
    await rm(pathOf('fast', key))
    const id = await activeImage(service(), 'lost and sent again')
    expect((await dataOf(service(), id)).text).toBe('lost and sent again')
    await remove(lost)
    const last = await activeImage(service(), 'lost and sent again')
    await expect.poll(async () => (await files()).length).toBe(before.length + 1)
    await remove(id)
    expect((await dataOf(service(), last)).text).toBe('lost and sent again')
    await remove(last)
    await expect.poll(files).toEqual(before)
  })

  test('are neither lost nor left over while images come and go at the same time', async () => {
    const before = await service().filesAtRest()
    const comeAndGo = async (kept: string[]) => {
      for (let i = 0; i < 8; i++) {
        const id = await activeImage(service(), 'come and gone')
        if (Math.random() < 0.7) await remove(id)
        else kept.push(id)
      }
    }
    const kept: string[] = []
    await Promise.all(Array.from({ length: 6 }, () => comeAndGo(kept)))
    for (const id of kept) expect((await dataOf(service(), id)).text).toBe('come and gone')
    await expect
      .poll(async () => (await files()).length)
      .toBe(before.length + (kept.length > 0 ? 1 : 0))
    await Promise.all(kept.map((id) => remove(id)))
    await expect.poll(files).toEqual(before)
  })
})
