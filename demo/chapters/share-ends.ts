/** The producer takes the share back, and the consumer has lost the image at once. */
import { type Image, NotFoundError } from '@vitrine/sdk'
import type { Account } from '../accounts.ts'
import { expectRefusal, expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'

export async function shareEnds(told: Narrator, consumer: Account, image: Image): Promise<void> {
  told.chapter('The end of the share')
  const known = await consumer.images.get(image.id)
  await told.step('producer removes the consumer', async (say) => {
    const member = await image.members.get(consumer.projectId)
    await member.delete()
    const members = await Array.fromAsync(image.members(), ({ memberId }) => memberId)
    expectSame('the members', members, [])
    say('0 members')
  })
  await told.step('consumer does not see it by id', async (say) => {
    say(await expectRefusal(consumer.images.get(image.id), NotFoundError))
  })
  await told.step('consumer cannot download it', async (say) => {
    say(await expectRefusal(Array.fromAsync(known.download()), NotFoundError))
  })
}
