/**
 * Converts disk images with the operator's `qemu-img`, whose readers of formats are what hostile
 * images aim at. So it is never asked to guess a format, gets no name of a file that anyone chose, an
 * environment of its own, and limits of the kernel: memory, processor time, and what it may write.
 *
 * Both files have no name: they are ours by what is open, and gone with us, however we end.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Conversion,
  type ConvertedImage,
  type ConvertibleFormat,
  type ImageConverter,
  InvalidError,
  UnavailableError,
} from '@vitrine/core'

export type QemuImgOptions = {
  readonly program: string
  /** For what is being converted. */
  readonly directory: string
  /** How long one conversion may take, on the clock and of a processor. */
  readonly timeoutSeconds: number
}

/** Of addresses, which its threads and their stacks take too: far more than a conversion needs. */
const memoryKib = 2 * 1024 * 1024

const namesByQemu: Readonly<Record<ConvertibleFormat, string>> = {
  raw: 'raw',
  qcow2: 'qcow2',
  vmdk: 'vmdk',
  vhd: 'vpc',
  vhdx: 'vhdx',
  vdi: 'vdi',
}

/** The shell sets limits, then becomes the program: nothing of a stranger's is part of its text. */
const underLimits =
  'ulimit -v "$1"; ulimit -c 0 && ulimit -t "$2" && ulimit -f "$3" && shift 3 && exec "$@"'

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** How much of what it says is kept for the operator. */
const mostSaid = 4096

export class QemuImg implements ImageConverter {
  readonly #options: QemuImgOptions

  private constructor(options: QemuImgOptions) {
    this.#options = options
  }

  /** @throws {Error} when the program cannot be run. */
  static async open(options: QemuImgOptions): Promise<QemuImg> {
    const converter = new QemuImg(options)
    const status = await converter.#run(['--version'], [], -1, AbortSignal.timeout(30_000))
    if (status.code === 0) return converter
    throw new Error(`Cannot run ${options.program} to convert images: ${status.said}`)
  }

  async convert({ bytes, from, to, limitBytes, signal }: Conversion): Promise<ConvertedImage> {
    await using opened = new AsyncDisposableStack()
    const source = opened.use(await this.#openNameless())
    for await (const chunk of bytes) await onOurDisk(writeWhole(source, chunk))
    await using target = new AsyncDisposableStack()
    const result = target.use(await this.#openNameless())
    const { timeoutSeconds } = this.#options
    const limit = AbortSignal.timeout(timeoutSeconds * 1000)
    const names = ['-f', namesByQemu[from], '-O', namesByQemu[to], '/dev/fd/3', '/dev/fd/4']
    // Writing back as it goes keeps memory small; what is lost with a machine is fetched again.
    const { code, said } = await this.#run(
      ['convert', '-t', 'writeback', ...names],
      [source, result],
      limitBytes,
      AbortSignal.any([signal, limit]),
    )
    signal.throwIfAborted()
    if (limit.aborted) throw refusal(from, to, `it takes longer than ${timeoutSeconds} seconds`)
    if (code !== 0)
      throw refusal(from, to, 'qemu-img cannot do it within its limits', new Error(said))
    const { size: sizeBytes } = await result.stat()
    const kept = target.move()
    return {
      sizeBytes,
      bytes: result.createReadStream({ start: 0, autoClose: false }),
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    }
  }

  async #openNameless(): Promise<FileHandle> {
    const { directory } = this.#options
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, `.conversion-${randomUUID()}`)
    const file = await open(path, 'wx+', 0o600)
    await rm(path)
    return file
  }

  async #run(
    parameters: readonly string[],
    files: readonly FileHandle[],
    limitBytes: number,
    signal: AbortSignal,
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const { program, timeoutSeconds } = this.#options
    // In blocks of 512 bytes, and with room for what a format adds to its data.
    const mostBlocks = limitBytes < 0 ? 'unlimited' : String(Math.ceil(limitBytes / 512) + 8192)
    const limits = [String(memoryKib), String(timeoutSeconds), mostBlocks]
    const child = spawn('/bin/sh', ['-c', underLimits, 'sh', ...limits, program, ...parameters], {
      cwd: '/',
      // Else every thread sets addresses aside for an allocator of its own, now and then too many.
      env: { PATH: searchPath, LC_ALL: 'C', MALLOC_ARENA_MAX: '1' },
      stdio: ['ignore', 'ignore', 'pipe', ...files.map(({ fd }) => fd)],
      signal,
      killSignal: 'SIGKILL',
    })
    let said = ''
    child.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-mostSaid)
    })
    try {
      const [code] = await once(child, 'close')
      return { code, said }
    } catch (error) {
      return { code: null, said: String(error) }
    }
  }
}

/** One write may take less than it was given. */
async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let writtenBytes = 0; writtenBytes < chunk.byteLength; ) {
    writtenBytes += (await file.write(chunk, writtenBytes)).bytesWritten
  }
}

async function onOurDisk(writing: Promise<void>): Promise<void> {
  await writing.catch((cause) => {
    throw new UnavailableError('Cannot convert the image: there is no room for it', { cause })
  })
}

function refusal(from: string, to: string, why: string, cause?: Error): InvalidError {
  return new InvalidError(`Cannot convert the image from ${from} to ${to}: ${why}`, { cause })
}
