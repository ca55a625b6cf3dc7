/**
 * Objects as files, in one directory of one file system.
 *
 *   <directory>/3f/a1/3fa1c0de-…                     a whole object
 *   <directory>/3f/a1/3fa1c0de-….<uuid>.partial      one being written, or the remains of it
 *
 * Two levels of sub-directories keep each of them small with millions of objects; being small, they
 * can be searched for remains by name. They are made when first needed and never removed, so that
 * no `put` has to race with their removal.
 *
 * A file gets its final name only when its bytes are durable, so what has a final name is whole,
 * whenever the power was cut. Files are for our user alone: who may read an image is decided in the
 * core, not by the file system.
 */
import { randomUUID } from 'node:crypto'
import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  rename,
  rm,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  type ByteRange,
  GoneError,
  ObjectNotFoundError,
  type ObjectStore,
  type StoredObject,
  UnavailableError,
} from '@vitrine/core'
import { checkObjectKey } from './object-key.ts'
import { onDisk } from './on-disk.ts'
import { readAlternately } from './read-alternately.ts'
import { writeDurably } from './write-durably.ts'

const directoryMode = 0o700
const fileMode = 0o600

const storing = 'store image data'
const deleting = 'delete image data'
const listing = 'list image data'
const checking = 'use the directory of the image store'

/** Of an object's file, from the directory of its store. */
export function pathWithin(key: string): string {
  return `${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`
}

export class FileObjectStore implements ObjectStore {
  readonly #directory: string
  /** Whether the directory was seen: one that is not there yet is made when first needed. */
  #wasThere = false

  /** @param directory made on the first `put` when it does not exist. */
  constructor(directory: string) {
    this.#directory = resolve(directory)
  }

  /** @throws {GoneError} when the object is deleted before its last byte is written. */
  async put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#pathOf(key)
    const outermostNew = await onDisk(
      storing,
      mkdir(dirname(path), { recursive: true, mode: directoryMode }),
    )

    // Beside the target, not in os.tmpdir(): rename() is atomic only within one file system.
    const partial = `${path}.${randomUUID()}.partial`
    try {
      await writeFile(partial, bytes)
      await onDisk(storing, rename(partial, path)).catch((error: unknown) => {
        throw isNotFound(error) ? deletedMeanwhile(key, error) : error
      })
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined) // delete() would find it again
      throw error
    }
    await this.#syncDirectories(dirname(path), outermostNew)
  }

  async get(key: string, part?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#pathOf(key)
    // Opened here to learn of trouble before the first byte, and again by the iteration: what was
    // opened here and then never read would stay open for ever.
    try {
      const file = await onDisk('read image data', open(path))
      await file.close()
    } catch (error) {
      if (isNotFound(error)) throw new ObjectNotFoundError(key, { cause: error })
      throw error
    }
    return readAlternately(path, part)
  }

  async delete(key: string): Promise<void> {
    const directory = dirname(this.#pathOf(key))
    const names = await onDisk(deleting, readdir(directory)).catch((error: unknown) => {
      if (isNotFound(error)) return []
      throw error
    })
    const ours = names.filter((name) => name === key || name.startsWith(`${key}.`))
    if (ours.length === 0) return
    const removals = ours.map((name) => rm(join(directory, name), { force: true }))
    await onDisk(deleting, Promise.all(removals))
    await syncDirectory(directory)
  }

  async check(): Promise<void> {
    try {
      await onDisk(checking, access(this.#directory, constants.R_OK | constants.W_OK))
      this.#wasThere = true
    } catch (error) {
      if (!isNotFound(error)) throw error
      if (this.#wasThere) throw gone(this.#directory)
      await requireWritable(dirname(this.#directory))
    }
  }

  /** Files that come and go meanwhile may be shown or not. */
  async *list(): AsyncGenerator<StoredObject> {
    yield* filesUnder(this.#directory, '')
  }

  #pathOf(key: string): string {
    checkObjectKey(key)
    return join(this.#directory, pathWithin(key))
  }

  /**
   * Makes the names on the way to an object durable: its own, and those of the directories above.
   * All of them, since another `put` may have made one just now and not have synced it yet.
   */
  async #syncDirectories(innermost: string, outermostNew: string | undefined): Promise<void> {
    const outermost = outermostNew === undefined ? this.#directory : dirname(outermostNew)
    const last = outermost.length < this.#directory.length ? outermost : this.#directory
    for (let directory = innermost; ; directory = dirname(directory)) {
      await syncDirectory(directory)
      if (directory === last) return
    }
  }
}

async function writeFile(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await onDisk(storing, open(path, 'wx', fileMode))
  await writeDurably(file, bytes)
}

async function* filesUnder(root: string, below: string): AsyncGenerator<StoredObject> {
  const entries = await onDisk(listing, opendir(join(root, below))).catch(quietIfGone)
  if (entries === undefined) return
  for await (const entry of entries) {
    const path = join(below, entry.name)
    if (entry.isDirectory()) {
      yield* filesUnder(root, path)
      continue
    }
    const file = await onDisk(listing, lstat(join(root, path))).catch(quietIfGone)
    if (file !== undefined) yield { ...whatIsAt(path), sizeBytes: file.size }
  }
}

/** What lies elsewhere than an object would is shown by its path. */
function whatIsAt(path: string): Pick<StoredObject, 'key' | 'isWhole'> {
  const name = basename(path)
  const [key = ''] = name.split('.')
  const isWhole = !name.endsWith('.partial')
  return path === join(key.slice(0, 2), key.slice(2, 4), name)
    ? { key, isWhole }
    : { key: path, isWhole }
}

function quietIfGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error
}

async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path)
  await onDisk('make image data durable', directory.sync())
}

/** The directory, or the nearest one above that is there. */
async function requireWritable(directory: string): Promise<void> {
  try {
    await onDisk(checking, access(directory, constants.W_OK))
  } catch (error) {
    if (!isNotFound(error) || directory === dirname(directory)) throw error
    await requireWritable(dirname(directory))
  }
}

function gone(directory: string): UnavailableError {
  return new UnavailableError(`Cannot ${checking}: it is gone`, {
    cause: new Error(`There is no ${directory}`),
  })
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function deletedMeanwhile(key: string, cause: unknown): GoneError {
  return new GoneError(`Cannot store object ${key}: it was deleted while being written`, { cause })
}
