/** The producer takes the share back: the consumer hears of it, and has lost the image at once. */
import { type Image, NotFoundError } from '@vitrine/sdk'
import type { Cast } from '../cast.ts'
import { expectRefusal, expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'

export async function shareEnds(
  told: Narrator,
  { consumer, second, third }: Cast,
  image: Image,
): Promise<void> {
  told.chapter('The end of the share')
  const known = await consumer.images.get(image.id)
  const hearing = heardUntilTheEnd(consumer.client.events.follow({ after: 'oldest' }))
  await told.step('producer removes the consumer', async (say) => {
    const member = await image.members.get(consumer.projectId)
    await member.delete()
    const members = await Array.fromAsync(image.members(), ({ memberId }) => memberId)
    expectSame('the members', members, [second.projectId, third.projectId])
    say('2 members are left')
  })
  await told.step('consumer hears of it, live', async (say) => {
    const heard = await hearing
    expectSame('what it heard', heard, ['shared', 'answered', 'taken back'])
    say(heard.join(', '))
  })
  await told.step('consumer does not see it by id', async (say) => {
    say(await expectRefusal(consumer.images.get(image.id), NotFoundError))
  })
  await told.step('consumer cannot download it', async (say) => {
    say(await expectRefusal(Array.fromAsync(known.download()), NotFoundError))
  })
}

const meanings = new Map([
  ['image.member.create', 'shared'],
  ['image.member.update', 'answered'],
  ['image.member.delete', 'taken back'],
])

/** What became of its share, up to its end. */
async function heardUntilTheEnd(events: AsyncIterable<{ readonly type: string }>) {
  const heard: string[] = []
  for await (const { type } of events) {
    const meaning = meanings.get(type)
    if (meaning !== undefined) heard.push(meaning)
    if (type === 'image.member.delete') break
  }
  return heard
}
