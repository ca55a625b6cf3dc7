/** The disk image of the story as a file, and copies of it that came through the service. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Image } from '@vitrine/sdk'
import { expectSame } from './expectation.ts'
import type { Say } from './narrator.ts'
import { progressBar } from './progress-bar.ts'
import { mebibytes } from './units.ts'

export type Disk = {
  readonly file: string
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly sha512: string
  /** What it says on the serial port when it boots. */
  readonly bootLine: string
}

/**
 * Downloads the image's data to `file`.
 *
 * The SDK has checked the hash that the service gives; this checks that the file is the disk that
 * was uploaded, which no answer of the service could feign.
 */
export async function downloadCopy(image: Image, disk: Disk, file: string, say: Say) {
  const { sizeBytes, sha512 } = disk
  const data = image.download({
    onProgress: ({ receivedBytes }) => say(progressBar(receivedBytes, sizeBytes)),
  })
  await pipeline(data, createWriteStream(file))
  expectSame('the sha512 of the download', await sha512OfFile(file), sha512)
  say(`${mebibytes(sizeBytes)}, sha512 is right`)
}

/** @returns lower-case hex. */
export async function sha512OfFile(file: string): Promise<string> {
  const hash = createHash('sha512')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
