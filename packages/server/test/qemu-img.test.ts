/** Conversions by the operator's qemu-img, and the limits that they are held to. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Conversion, InvalidError } from '@vitrine/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isInstalled } from '../../core/test/formats/outside-tools.ts'
import { QemuImg } from '../src/conversion/qemu-img.ts'

const disk = Buffer.alloc(2 ** 20, 'words on a disk ')

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

describe.skipIf(!isInstalled('qemu-img'))('qemu-img (skipped where there is none)', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitrine-conversion-'))
  })
  afterAll(() => rm(directory, { recursive: true }))

  const openConverter = (more: { program?: string; timeoutSeconds?: number } = {}) =>
    QemuImg.open({ program: 'qemu-img', directory, timeoutSeconds: 60, ...more })

  async function convert(call: Partial<Conversion>, converter?: QemuImg): Promise<Buffer> {
    await using image = await (converter ?? (await openConverter())).convert({
      bytes: inChunks(disk),
      from: 'raw',
      to: 'qcow2',
      limitBytes: -1,
      signal: new AbortController().signal,
      ...call,
    })
    const chunks: Uint8Array[] = []
    for await (const chunk of image.bytes) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    expect(bytes.byteLength).toBe(image.sizeBytes)
    return bytes
  }

  test.each(['qcow2', 'vmdk'] as const)('makes a %s, and the same disk of it again', async (to) => {
    const bytes = await convert({ to })
    expect((await convert({ bytes: inChunks(bytes), from: to, to: 'raw' })).equals(disk)).toBe(true)
  })

  test('leaves no file behind, nor any name while it works', async () => {
    async function* watched() {
      yield disk
      expect(await readdir(directory)).toEqual([])
    }
    await convert({ bytes: watched() })
    expect(await readdir(directory)).toEqual([])
  })

  test('converts nothing when the bytes break off, and tells their own error', async () => {
    async function* broken() {
      yield disk
      throw new Error('the connection broke')
    }
    await expect(convert({ bytes: broken() })).rejects.toThrow('the connection broke')
  })

  test('writes no more than it may', async () => {
    const long = Buffer.alloc(8 * 2 ** 20, 'x')
    const call = { bytes: inChunks(long), limitBytes: 2 ** 20 }
    await expect(convert(call)).rejects.toThrow(InvalidError)
  })

  test('is ended when it takes too long, and when nobody waits for it any more', async () => {
    // Says that it is there, and then takes its time.
    const slow = join(directory, 'slow')
    await writeFile(slow, '#!/bin/sh\n[ "$1" = --version ] || exec sleep 60\n', { mode: 0o700 })
    const impatient = await openConverter({ program: slow, timeoutSeconds: 1 })
    await expect(convert({}, impatient)).rejects.toThrow('it takes longer than 1 seconds')

    const leaving = new AbortController()
    const patient = await openConverter({ program: slow })
    const converting = convert({ signal: leaving.signal }, patient)
    leaving.abort(new Error('the service stops'))
    await expect(converting).rejects.toThrow('the service stops')
    await rm(slow)
  })

  test('cannot be opened where there is none', async () => {
    await expect(openConverter({ program: '/nowhere/qemu-img' })).rejects.toThrow(
      'Cannot run /nowhere/qemu-img to convert images',
    )
  })
})
