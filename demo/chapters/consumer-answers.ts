/**
 * The consumer may use the image from the start. Its answer decides only what its own list shows.
 */
import { join } from 'node:path'
import type { Image, ImageListOptions } from '@vitrine/sdk'
import type { Account } from '../accounts.ts'
import { type Disk, downloadCopy } from '../disk.ts'
import { expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'
import { bootInQemu, isOnPath } from '../qemu.ts'

const bootTimeoutMs = 60_000

export async function consumerAnswers(
  told: Narrator,
  consumer: Account,
  shared: Image,
  { disk, directory }: { readonly disk: Disk; readonly directory: string },
): Promise<void> {
  told.chapter('The consumer')
  const image = await looksAround(told, consumer, shared)
  await told.step('downloads it while still pending', (say) =>
    downloadCopy(image, disk, join(directory, 'pending.qcow2'), say),
  )

  const member = await image.members.get(consumer.projectId)
  await told.step('accepts the share', async (say) => {
    expectSame('the answer', (await member.updateStatus('accepted')).status, 'accepted')
    say(member.status)
  })
  await told.step('has it in its list', async (say) => {
    await expectList(consumer, {}, [image.id])
    say('1 image')
  })
  await told.step('rejects the share', async (say) => {
    expectSame('the answer', (await member.updateStatus('rejected')).status, 'rejected')
    say(member.status)
  })
  await told.step('has it no more in its list', async (say) => {
    await expectList(consumer, {}, [])
    say('0 images')
  })

  const copy = join(directory, 'rejected.qcow2')
  await told.step('downloads it by id all the same', async (say) =>
    downloadCopy(await consumer.images.get(image.id), disk, copy, say),
  )
  await boots(told, copy, disk)
}

async function looksAround(told: Narrator, consumer: Account, shared: Image): Promise<Image> {
  await told.step('does not have it in its list', async (say) => {
    await expectList(consumer, {}, [])
    say('0 images')
  })
  await told.step('finds it among pending shares', async (say) => {
    await expectList(consumer, { visibility: 'shared', memberStatus: 'pending' }, [shared.id])
    say('1 image')
  })
  return told.step('sees it by id', async (say) => {
    const image = await consumer.images.get(shared.id)
    expectSame('its owner', image.owner, shared.owner)
    say(`"${image.name}", ${image.status}`)
    return image
  })
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

async function expectList(
  { images, name }: Account,
  options: ImageListOptions,
  expected: readonly string[],
): Promise<void> {
  const found = await Array.fromAsync(images.list(options), ({ id }) => id)
  expectSame(`the list of the ${name}`, found, expected)
}
