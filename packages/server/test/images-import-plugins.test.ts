/** What the operator has done to imported data before it is stored. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { isInstalled } from '../../core/test/formats/outside-tools.ts'
import { zipped } from '../../core/test/import-plugins/zip-archive.ts'
import { createImage, show } from './image-requests.ts'
import { beginImport, dataOf, endedTask, imported, stage } from './import-requests.ts'
import { startTestService, type TestService } from './start-test-service.ts'
import {
  fetchFromThisMachine,
  severalStores,
  startWebServer,
  type WebServer,
} from './web-server.ts'

let web: WebServer
beforeAll(async () => {
  web = await startWebServer()
})
afterAll(() => web[Symbol.asyncDispose]())

function describeWith(
  name: string,
  settings: Record<string, string>,
  tests: (service: () => TestService) => void,
) {
  describe(name, () => {
    let service: TestService
    beforeAll(async () => {
      service = await startTestService({ ...fetchFromThisMachine, ...severalStores(), ...settings })
    })
    afterEach(() => expect(service.complaints.splice(0)).toEqual([]))
    afterAll(() => service[Symbol.asyncDispose]())
    tests(() => service)
  })
}

/** An image with this data, staged and imported. */
async function importStaged(
  service: TestService,
  data: Uint8Array,
  {
    as = 'own',
    more = {},
    ...fields
  }: { as?: string; more?: object; [field: string]: unknown } = {},
) {
  const id = await createImage(service, fields, as)
  expect((await stage(service, id, data, as)).status).toBe(204)
  const answer = await beginImport(service, id, 'glance-direct', { ...more }, { as })
  expect(answer.status, answer.text).toBe(202)
  return { id, task: await endedTask(service, id, as), image: await imported(service, id) }
}

const disk = Buffer.from('a disk with a few words on it'.repeat(1000))

describeWith(
  'inject_image_metadata and image_decompression',
  {
    VITRINE_IMPORTS__PLUGINS: 'no_op,inject_image_metadata,image_decompression',
    VITRINE_IMPORTS__INJECTED_PROPERTIES: 'hw_disk_bus=scsi,x_from=import=ed',
    VITRINE_LIMITS__IMAGE_SIZE_BYTES: '5000000',
  },
  (service) => {
    test.each([
      ['gzip', gzipSync(disk)],
      ['ZIP', zipped([{ data: disk }])],
      ['nothing', disk],
    ])('unpacks %s, and every store gets the disk', async (_, data) => {
      const all = { all_stores: true }
      const { id, image } = await importStaged(service(), data, { more: all })
      const size = disk.byteLength
      expect(image).toMatchObject({
        status: 'active',
        size,
        virtual_size: size,
        stores: 'fast,slow',
      })
      for (const store of ['fast', 'slow']) {
        const answer = await service().ask('GET', `/v2/images/${id}/file?prefer=${store}`)
        expect(answer.text).toBe(disk.toString())
      }
    })

    test('unpacks what comes from the web, which is hashed as it came', async () => {
      const packed = gzipSync(disk)
      web.pages.set('/disk.gz', packed)
      const id = await createImage(service())
      const os_hash_value = createHash('sha256').update(packed).digest('hex')
      const validation_data = { os_hash_algo: 'sha256', os_hash_value }
      const uri = `${web.url}/disk.gz`
      await beginImport(service(), id, { name: 'web-download', uri, validation_data })
      expect(await endedTask(service(), id)).toMatchObject({ status: 'success' })
      expect((await dataOf(service(), id)).text).toBe(disk.toString())
    })

    test('gives up data of which nothing ever comes out', async () => {
      // Its name has no end.
      const header = Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3])
      const name = Buffer.alloc(2 ** 20, 'a')
      web.pages.set('/endless.gz', (_request, answer) => {
        answer.write(header)
        const more = () => void (answer.destroyed || answer.write(name, more))
        more()
      })
      const id = await createImage(service())
      await beginImport(service(), id, { name: 'web-download', uri: `${web.url}/endless.gz` })
      const { status, message } = await endedTask(service(), id)
      expect([status, message]).toEqual(['failure', expect.stringContaining('limit of 5000000')])
    })

    test('leaves an image alone whose container is compressed', async () => {
      const packed = gzipSync(disk)
      const { id, image } = await importStaged(service(), packed, {
        container_format: 'compressed',
      })
      expect(image).toMatchObject({ status: 'active', size: packed.byteLength })
      expect(Number((await dataOf(service(), id)).headers['content-length'])).toBe(
        packed.byteLength,
      )
    })

    test.each([
      ['a bomb', gzipSync(Buffer.alloc(6_000_000)), /longer than the limit of 5000000 bytes/],
      ['a ZIP of two', zipped([{ data: disk }, { data: disk }]), /several members/],
      ['what ends early', gzipSync(disk).subarray(0, -5), /damaged, or ends early/],
    ])('ends with a failed task on %s, and keeps nothing of it', async (_, data, why) => {
      const before = await service().filesAtRest()
      const { task, image } = await importStaged(service(), data)
      expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(why) })
      expect(image).toMatchObject({ status: 'queued', size: null, os_glance_failed_import: 'fast' })
      expect(await service().filesAtRest()).toEqual(before)
    })

    const injected = { hw_disk_bus: 'scsi', x_from: 'import=ed' }

    test('gives imported images its properties, in place of their own', async () => {
      const { image } = await importStaged(service(), disk, { hw_disk_bus: 'ide', other: 'kept' })
      expect(image).toMatchObject({ status: 'active', other: 'kept', ...injected })
    })

    test('gives none to the images of admins', async () => {
      const { id } = await importStaged(service(), disk, { as: 'adm', visibility: 'community' })
      expect(await show(service(), id)).not.toHaveProperty('x_from')
    })

    test('gives none to what is copied, or uploaded', async () => {
      const id = await createImage(service())
      const headers = { 'content-type': 'application/octet-stream' }
      await service().ask('PUT', `/v2/images/${id}/file`, { headers, body: disk })
      await beginImport(service(), id, 'copy-image', { stores: ['slow'] }, { as: 'adm' })
      expect(await endedTask(service(), id, 'adm')).toMatchObject({ status: 'success' })
      expect(await imported(service(), id)).not.toHaveProperty('x_from')
    })
  },
)

describe.skipIf(!isInstalled('qemu-img'))('with qemu-img (skipped where there is none)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'vitrine-plugins-'))
  afterAll(() => rmSync(directory, { recursive: true }))
  const qemu = (...parameters: string[]) => execFileSync('qemu-img', parameters, { cwd: directory })
  const work = join(directory, 'work')

  const plain = Buffer.alloc(3 * 2 ** 20, 'words on a disk ')
  const samples = new Map<string, Buffer>()
  beforeAll(() => {
    writeFileSync(join(directory, 'raw'), plain)
    for (const format of ['qcow2', 'vmdk', 'vpc', 'vhdx', 'vdi']) {
      qemu('convert', '-f', 'raw', '-O', format, 'raw', format)
      samples.set(format, readFileSync(join(directory, format)))
    }
    qemu('create', '-f', 'qcow2', '-b', join(directory, 'raw'), '-F', 'raw', 'backed')
    qemu('create', '-f', 'qcow2', 'vast', '8T')
    for (const name of ['backed', 'vast']) samples.set(name, readFileSync(join(directory, name)))
  })
  const sample = (name: string) => samples.get(name) ?? expect.fail(`There is no ${name}`)

  const converting = {
    VITRINE_IMPORTS__PLUGINS: 'image_decompression,image_conversion',
    VITRINE_IMPORTS__WORK_DIRECTORY: work,
    VITRINE_LIMITS__IMAGE_SIZE_BYTES: '20000000',
  }

  describeWith('image_conversion to raw', converting, (service) => {
    test.each([
      ['qcow2', 'qcow2'],
      ['vmdk', 'vmdk'],
      ['vhdx', 'vhdx'],
      ['vdi', 'vdi'],
    ])('makes %s raw, and every store gets it', async (disk_format, name) => {
      const all = { all_stores: true }
      const given = { disk_format, more: all }
      const { id, task, image } = await importStaged(service(), sample(name), given)
      expect([task.status, task.message]).toEqual(['success', ''])
      const size = plain.byteLength
      expect(image).toMatchObject({
        status: 'active',
        disk_format: 'raw',
        size,
        virtual_size: size,
      })
      expect(image).toMatchObject({ container_format: 'bare', stores: 'fast,slow' })
      expect((await dataOf(service(), id)).text).toBe(plain.toString())
      expect(readdirSync(work)).toEqual([])
    })

    test('makes a VHD raw, as long as its cylinders', async () => {
      const { image } = await importStaged(service(), sample('vpc'), { disk_format: 'vhd' })
      expect(image).toMatchObject({ status: 'active', disk_format: 'raw' })
      expect(image.size).toBeGreaterThanOrEqual(plain.byteLength)
    })

    test('makes a compressed qcow2 raw', async () => {
      const { id } = await importStaged(service(), gzipSync(sample('qcow2')), {
        disk_format: 'qcow2',
      })
      expect((await dataOf(service(), id)).text).toBe(plain.toString())
    })

    test('leaves raw disks, discs and uploads as they are', async () => {
      const { image } = await importStaged(service(), plain)
      expect(image).toMatchObject({ status: 'active', disk_format: 'raw', size: plain.byteLength })
      const disc = Buffer.alloc(40 * 1024)
      disc.write('CD001', 32_769)
      const iso = await importStaged(service(), disc, { disk_format: 'iso' })
      expect(iso.image).toMatchObject({ disk_format: 'iso' })
    })

    test.each([
      ['a qcow2 with a backing file', 'backed', 'qcow2', /backing file/],
      ['data of another format', 'vmdk', 'qcow2', /has the format "vmdk"/],
      ['a qcow2 that is called raw', 'qcow2', 'raw', /has the format "qcow2"/],
      ['a disk that is too long', 'vast', 'qcow2', /limit is 20000000 bytes/],
      ['a format that nobody converts', 'raw', 'ploop', /its disk_format is "ploop"/],
    ])('ends with a failed task on %s', async (_, name, disk_format, why) => {
      const data = name === 'raw' ? plain : sample(name)
      const { task, image } = await importStaged(service(), data, { disk_format })
      expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(why) })
      expect(image).toMatchObject({ status: 'queued', disk_format, size: null })
      expect(readdirSync(work)).toEqual([])
    })

    test('ends with a failed task on a qcow2 whose tables are torn, and says no more', async () => {
      const torn = Buffer.from(sample('qcow2'))
      torn.fill(0xff, 65_536)
      const { task } = await importStaged(service(), torn, { disk_format: 'qcow2' })
      expect(task.status).toBe('failure')
      expect(task.message).toBe(
        'Cannot convert the image from qcow2 to raw: qemu-img cannot do it within its limits',
      )
    })
  })

  test('without it the service does not start, and says why', async () => {
    await expect(
      startTestService({ ...converting, VITRINE_IMPORTS__QEMU_IMG: '/nowhere/qemu-img' }),
    ).rejects.toThrow('Cannot run /nowhere/qemu-img to convert images')
  })
})
