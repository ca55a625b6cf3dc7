/** What was done, and by whom: all of it for the producer, its own part for each consumer. */
import type { Image } from '@vitrine/sdk'
import type { Account } from '../accounts.ts'
import type { Cast } from '../cast.ts'
import { expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'

export async function activityTellsAll(told: Narrator, cast: Cast, image: Image): Promise<void> {
  told.chapter('The activity')
  const entries = await told.step('producer sees all of it', async (say) => {
    const entries = (await Array.fromAsync(image.activity())).toReversed()
    say(`${entries.length} entries`)
    return entries
  })
  await told.step('third sees its own part', async (say) => {
    const own = await Array.fromAsync(cast.third.client.activity())
    const types = own.map(({ type }) => type).toReversed()
    expectSame('what it sees', types, ['shared', 'rejected'])
    say(types.join(', '))
  })
  const nameOf = (projectId: string | null | undefined) =>
    Object.values(cast).find((account: Account) => account.projectId === projectId)?.name
  told.say('')
  for (const { at, actor, type, consumer } of entries) {
    const who = (nameOf(actor?.projectId) ?? 'a mailed link').padEnd(14)
    const whom = consumer === actor?.projectId ? '' : (nameOf(consumer) ?? '')
    told.say(
      `        ${at.toISOString().slice(11, 19)}  ${who} ${type.padEnd(10)} ${whom}`.trimEnd(),
    )
  }
}
