/** The producer makes a disk image that boots, gives it to the service, and publishes it. */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { Image, Listing } from '@vitrine/sdk'
import { writeBootImage } from '../boot-image.ts'
import type { Cast } from '../cast.ts'
import { type Disk, sha512OfFile } from '../disk.ts'
import { expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'
import { progressBar } from '../progress-bar.ts'
import { mebibytes } from '../units.ts'

/** Large enough that there is an upload to watch. */
const fillerBytes = 48 * 1024 ** 2
const bootLine = 'Hello from Vitrine'

export type Published = { readonly image: Image; readonly disk: Disk; readonly listing: Listing }

export async function producerPublishes(
  told: Narrator,
  { producer }: Cast,
  directory: string,
): Promise<Published> {
  told.chapter('The producer')
  const disk = await told.step('makes a disk image that boots', async (say) => {
    const file = join(directory, 'hello.qcow2')
    const { sizeBytes } = await writeBootImage(file, { line: bootLine, fillerBytes })
    say(`qcow2, ${mebibytes(sizeBytes)}`)
    return { file, sizeBytes, sha512: await sha512OfFile(file), bootLine }
  })

  const image = await told.step('creates an image without data', async (say) => {
    const image = await producer.images.create({
      name: 'hello-internal',
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      visibility: 'shared',
      os_distro: 'vitrine',
    })
    expectSame('the new image', [image.status, image.visibility], ['queued', 'shared'])
    say(image.status)
    return image
  })

  await told.step('uploads the data', async (say) => {
    const { file, sizeBytes, sha512 } = disk
    await image.upload(createReadStream(file), {
      sizeBytes,
      onProgress: ({ sentBytes }) => say(progressBar(sentBytes, sizeBytes)),
    })
    expectSame('the uploaded image', [image.status, image.size], ['active', sizeBytes])
    expectSame('its hash', image.hash, { algorithm: 'sha512', value: sha512 })
    say(`${image.status}, ${mebibytes(sizeBytes)}`)
  })

  const listing = await told.step('publishes it', async (say) => {
    const { publishers, listings } = producer.client
    await publishers.save(producer.projectId, { name: 'Hello Works' })
    const listing = await listings.publish(image.id, {
      title: 'An image that greets',
      description: 'It says hello on its serial port, and that is all it does.',
      os: 'Hello',
      architecture: 'x86_64',
    })
    say(`“${listing.title}”`)
    return listing
  })
  return { image, disk, listing }
}
