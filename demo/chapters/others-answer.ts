/** Two more get the image: one that does not answer is reminded, one that rejects is left in peace. */
import { ConflictError } from '@vitrine/sdk'
import type { Cast } from '../cast.ts'
import { expectRefusal, expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'
import type { Surroundings } from './consumer-accepts.ts'

const secondsAddress = 'bob@second.example'

export async function othersAnswer(
  told: Narrator,
  { second, third }: Cast,
  { post, image }: Pick<Surroundings, 'post' | 'image'>,
): Promise<void> {
  told.chapter('Two others')
  await told.step('producer shares it with both', async (say) => {
    const targets = [
      { projectId: second.projectId, email: secondsAddress },
      { projectId: third.projectId },
    ]
    const shares = await image.share(targets, { note: 'You may like it.' })
    const statuses = shares.map(({ outcome, status }) => [outcome, status])
    expectSame('what became of it', statuses, [
      ['shared', 'pending'],
      ['shared', 'pending'],
    ])
    say('both pending')
  })
  await told.step('second is told by mail', async (say) => {
    say((await post.next(secondsAddress)).subject)
  })
  await told.step('second may use it while pending', async (say) => {
    const { name, status } = await second.images.get(image.id)
    say(`"${name}", ${status}`)
  })
  await told.step('producer reminds it', async (say) => {
    const { count } = await image.remind(second.projectId, { note: 'Did you see this?' })
    expectSame('the count of reminders', count, 1)
    say((await post.next(secondsAddress)).subject)
  })
  await told.step('third rejects', async (say) => {
    const [offer] = await Array.fromAsync(third.client.inbox.list())
    say((await offer?.reject())?.status ?? 'nothing was offered')
    expectSame('its inbox', await Array.fromAsync(third.client.inbox.list()), [])
  })
  await told.step('third is left in peace', async (say) => {
    say(await expectRefusal(image.remind(third.projectId), ConflictError))
  })
  await told.step('third may use it all the same', async (say) => {
    const { name, status } = await third.images.get(image.id)
    say(`"${name}", ${status}`)
  })
}
