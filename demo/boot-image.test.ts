import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { writeBootImage } from './boot-image.ts'
import { bootInQemu, isOnPath } from './qemu.ts'

const run = promisify(execFile)
const mebibyte = 1024 * 1024
const hasQemuImg = await isOnPath('qemu-img')
const hasQemu = await isOnPath('qemu-system-x86_64')

describe('writeBootImage()', () => {
  test('writes 384 KiB of qcow2 for a disk of 8 MiB, and says so', async () => {
    const file = await temporaryFile()
    const image = await writeBootImage(file, { line: 'Hello' })
    expect(image).toEqual({ sizeBytes: 6 * 64 * 1024, virtualSizeBytes: 8 * mebibyte })
    expect((await stat(file)).size).toBe(image.sizeBytes)
    expect((await readFile(file)).toString('latin1', 0, 4)).toBe('QFI\xfb')
  })

  test('makes the file as long as its filler, which does not compress', async () => {
    const file = await temporaryFile()
    const image = await writeBootImage(file, { line: 'Hello', fillerBytes: 12 * mebibyte })
    expect(image.sizeBytes).toBe(12 * mebibyte + 6 * 64 * 1024)
    expect(image.virtualSizeBytes).toBe(13 * mebibyte)
    expect(gzipSync(await readFile(file)).byteLength).toBeGreaterThan(12 * mebibyte)
  })

  test('writes the same bytes for the same options', async () => {
    const files = [await temporaryFile(), await temporaryFile()]
    for (const file of files) await writeBootImage(file, { line: 'Hello', fillerBytes: mebibyte })
    const [first, second] = await Promise.all(files.map((file) => readFile(file)))
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true)
  })

  test('refuses a filler that is larger than its disk', async () => {
    const options = { line: 'Hello', virtualSizeBytes: 8 * mebibyte, fillerBytes: 8 * mebibyte }
    await expect(writeBootImage(await temporaryFile(), options)).rejects.toThrow(RangeError)
  })

  test.skipIf(!hasQemuImg)(
    'writes what qemu-img finds no fault with (needs qemu-img)',
    async () => {
      const file = await temporaryFile()
      await writeBootImage(file, { line: 'Hello', fillerBytes: 3 * mebibyte })
      await run('qemu-img', ['check', '-f', 'qcow2', file]) // rejects on errors and on leaks
      const { stdout } = await run('qemu-img', ['info', '-f', 'qcow2', '--output', 'json', file])
      expect(JSON.parse(stdout)).toMatchObject({
        format: 'qcow2',
        'virtual-size': 8 * mebibyte,
        'cluster-size': 64 * 1024,
        'format-specific': { data: { compat: '1.1', corrupt: false } },
      })
    },
  )
})

describe('bootInQemu()', () => {
  test.skipIf(!hasQemu)('hears the line of a boot image (needs qemu-system-x86_64)', async () => {
    const file = await temporaryFile()
    await writeBootImage(file, { line: 'Hello from Vitrine', fillerBytes: mebibyte })
    expect(await bootInQemu(file, { timeoutMs: 20_000 })).toBe('Hello from Vitrine\r\n')
  })

  test.skipIf(!hasQemu)(
    'rejects an image that is no image (needs qemu-system-x86_64)',
    async () => {
      await expect(bootInQemu('/dev/null', { timeoutMs: 20_000 })).rejects.toThrow(
        'Cannot boot /dev/null',
      )
    },
  )

  test('gives undefined where QEMU is not installed', async () => {
    vi.stubEnv('PATH', '/nowhere')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(await bootInQemu('any', { timeoutMs: 1_000 })).toBeUndefined()
  })
})

async function temporaryFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-demo-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return join(directory, 'hello.qcow2')
}
