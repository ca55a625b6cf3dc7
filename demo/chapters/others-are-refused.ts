/** What nobody may: answer for another, pass a share on, or learn of an image that is not theirs. */
import { ForbiddenError, type Image, NotFoundError } from '@vitrine/sdk'
import type { Cast } from '../cast.ts'
import { expectRefusal } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'

export async function othersAreRefused(
  told: Narrator,
  { consumer, stranger }: Cast,
  image: Image,
): Promise<void> {
  told.chapter('The rules')
  await told.step('producer may not answer the share', async (say) => {
    const member = await image.members.get(consumer.projectId)
    say(await expectRefusal(member.updateStatus('accepted'), ForbiddenError))
  })
  await told.step('consumer may not add members', async (say) => {
    const { members } = await consumer.images.get(image.id)
    say(await expectRefusal(members.add(stranger.projectId), ForbiddenError))
  })
  await told.step('stranger cannot know of it', async (say) => {
    say(await expectRefusal(stranger.images.get(image.id), NotFoundError))
  })
}
