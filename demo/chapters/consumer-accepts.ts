/**
 * The consumer is told by mail, accepts by the mail's link, and boots the image. What it hears on the
 * way, it hears as it happens.
 */
import { join } from 'node:path'
import type { Image } from '@vitrine/sdk'
import type { Account } from '../accounts.ts'
import type { Cast } from '../cast.ts'
import { type Disk, downloadCopy } from '../disk.ts'
import { expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'
import { linkTo, type PostOffice } from '../post-office.ts'
import { bootInQemu, isOnPath } from '../qemu.ts'
import { headingOf, openPage, sendForm } from '../web-page.ts'
import { consumersAddress } from './consumer-asks.ts'

const bootTimeoutMs = 60_000

export type Surroundings = {
  readonly post: PostOffice
  readonly disk: Disk
  readonly image: Image
  readonly directory: string
}

export async function consumerAccepts(
  told: Narrator,
  { consumer }: Cast,
  { post, disk, image, directory }: Surroundings,
): Promise<void> {
  told.chapter('The consumer')
  const link = await told.step('is told by mail', async (say) => {
    const mail = await post.next(consumersAddress)
    say(mail.subject)
    return linkTo('invitation', mail)
  })
  await told.step('does not have it in its list', async (say) => {
    await expectList(consumer, [])
    say('0 images')
  })
  await told.step('finds it in its inbox', async (say) => {
    const [offer] = await Array.fromAsync(consumer.client.inbox.list())
    expectSame('what is offered', offer?.image.id, image.id)
    say(`“${offer?.note}”`)
  })
  await told.step('accepts it through the link', async (say) => {
    await openPage(link)
    const { name, password } = consumer
    const answer = { answer: 'accepted', user_name: name, password }
    say(headingOf(await sendForm(link, answer)))
  })
  await told.step('has it in its list', async (say) => {
    await expectList(consumer, [image.id])
    say('1 image')
  })
  const copy = join(directory, 'consumer.qcow2')
  await told.step('downloads it', async (say) =>
    downloadCopy(await consumer.images.get(image.id), disk, copy, say),
  )
  await boots(told, copy, disk)
}

async function boots(told: Narrator, file: string, { bootLine }: Disk): Promise<void> {
  const action = 'boots what it downloaded'
  if (!(await isOnPath('qemu-system-x86_64'))) return told.skip(action, 'no qemu-system-x86_64')
  await told.step(action, async (say) => {
    const serial = await bootInQemu(file, { timeoutMs: bootTimeoutMs })
    expectSame('what the serial port says', serial?.trim(), bootLine)
    say(`serial: ${bootLine}`)
  })
}

async function expectList({ images, name }: Account, expected: readonly string[]): Promise<void> {
  const found = await Array.fromAsync(images.list(), ({ id }) => id)
  expectSame(`the list of the ${name}`, found, expected)
}
