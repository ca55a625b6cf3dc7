import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeObjectStore } from '@vitrine/conformance'
import { GoneError, TooLargeError, UnavailableError } from '@vitrine/core'
import { FileObjectStore } from '@vitrine/objects'
import { describe, expect, onTestFinished, test } from 'vitest'

const key = '3fa1c0de-0000-4000-8000-000000000001'
const canListOpenFiles = process.platform === 'linux'
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks()

describeObjectStore('FileObjectStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-objects-'))
  return {
    open: async () => new FileObjectStore(join(directory, 'made', 'when needed')),
    leftovers: async () => (await filesIn(directory)).filter((name) => name.includes('partial')),
    close: () => rm(directory, { recursive: true }),
  }
})

describe('FileObjectStore', () => {
  test('keeps an object in one file, two directories down by the start of its key', async () => {
    const directory = await temporaryDirectory()
    await new FileObjectStore(directory).put(key, text('bytes'))
    expect(await filesIn(directory)).toEqual([`3f/a1/${key}`])
  })

  test('lets nobody but its user read objects, or list them', async () => {
    const directory = join(await temporaryDirectory(), 'objects')
    await new FileObjectStore(directory).put(key, text('bytes'))
    const modes = ['', '3f', '3f/a1', `3f/a1/${key}`].map((path) => modeOf(join(directory, path)))
    expect(await Promise.all(modes)).toEqual(['700', '700', '700', '600'])
  })

  test.each(['../../../etc/passwd', `../${key}`, `${key}/..`, `${key}\n`, key.toUpperCase(), ''])(
    'refuses the key %j, and touches no file',
    async (badKey) => {
      const directory = await temporaryDirectory()
      const store = new FileObjectStore(directory)
      await expect(store.put(badKey, text('bytes'))).rejects.toThrow(TypeError)
      await expect(store.get(badKey)).rejects.toThrow(TypeError)
      await expect(store.delete(badKey)).rejects.toThrow(TypeError)
      expect(await readdir(directory)).toEqual([])
    },
  )

  test('check() rejects when its directory is gone, or cannot be one, and makes none', async () => {
    const parent = await temporaryDirectory()
    const store = new FileObjectStore(join(parent, 'objects'))
    await store.check()
    expect(await readdir(parent)).toEqual([])
    await store.put(key, text('bytes'))
    await store.check()
    await rm(join(parent, 'objects'), { recursive: true })
    await expect(store.check()).rejects.toThrow(UnavailableError)

    await writeFile(join(parent, 'file'), '')
    const inFile = new FileObjectStore(join(parent, 'file', 'objects'))
    await expect(inFile.check()).rejects.toThrow(UnavailableError)
  })

  test('put() rejects with GoneError when its object is deleted meanwhile', async () => {
    const store = new FileObjectStore(await temporaryDirectory())
    async function* deletedHalfWay() {
      yield* text('half')
      await store.delete(key)
      yield* text('way')
    }
    await expect(store.put(key, deletedHalfWay())).rejects.toThrow(GoneError)
  })

  test('a reader that has begun reads on to the end when its object is replaced or deleted', async () => {
    const store = new FileObjectStore(await temporaryDirectory())
    await store.put(key, text('1'.repeat(2_000_000)))
    let readBytes = 0
    for await (const chunk of await store.get(key)) {
      if (readBytes === 0) await store.put(key, text('2'))
      else await store.delete(key)
      readBytes += chunk.filter((byte) => byte === '1'.charCodeAt(0)).byteLength
    }
    expect(readBytes).toBe(2_000_000)
  })

  test.skipIf(!canListOpenFiles)(
    'get() leaves no file open when read to the end, left early, or never begun',
    async () => {
      const directory = await temporaryDirectory()
      const store = new FileObjectStore(directory)
      await store.put(key, text('x'.repeat(3_000_000)))

      await store.get(key)
      expect(await openFilesIn(directory)).toEqual([])

      for await (const _ of await store.get(key)) {
        expect(await openFilesIn(directory)).toHaveLength(1)
        break
      }
      expect(await openFilesIn(directory)).toEqual([])

      for await (const _ of await store.get(key));
      expect(await openFilesIn(directory)).toEqual([])
    },
  )

  test('says UnavailableError of a disk that fails, and not where it is', async () => {
    const directory = join(await temporaryDirectory(), 'objects')
    await writeFile(directory, 'a file, where a directory should be')
    const store = new FileObjectStore(directory)
    const attempts = [store.put(key, text('bytes')), store.get(key), store.delete(key)]
    for (const attempt of await Promise.allSettled(attempts)) {
      const error = attempt.status === 'rejected' ? attempt.reason : undefined
      expect(error).toBeInstanceOf(UnavailableError)
      expect(error.message).not.toContain(directory)
      expect(error.cause).toHaveProperty('code', 'ENOTDIR')
    }
  })

  test.skipIf(!canMount)(
    'put() on a full disk rejects with TooLargeError, and gives the room back (needs root, to mount a small disk)',
    async () => {
      const directory = await temporaryDirectory()
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'vitrine-test', directory])
      onTestFinished(() => void execFileSync('umount', [directory]))
      const store = new FileObjectStore(directory)
      await store.put(key, text('old'))

      await expect(store.put(key, text('x'.repeat(5_000_000)))).rejects.toThrow(TooLargeError)
      expect(await filesIn(directory)).toEqual([`3f/a1/${key}`])

      await store.put(key, text('x'.repeat(3_000_000)))
    },
  )
})

async function* text(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const one of texts) yield Buffer.from(one)
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-objects-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
}

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

async function openFilesIn(directory: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd')
  const links = descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => 'closed'))
  return (await Promise.all(links)).filter((path) => path.startsWith(directory))
}

/** Root inside a container may not mount. */
function mountWorks(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'vitrine-test', tmpdir()], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}
