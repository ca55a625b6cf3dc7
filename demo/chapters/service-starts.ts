/** Before the story: a service out of nothing, and three who have accounts there. */
import { AccountDesk } from '../accounts.ts'
import type { Cast } from '../cast.ts'
import type { Narrator } from '../narrator.ts'
import { startIn } from '../service.ts'

export async function serviceStarts(
  told: Narrator,
  directory: string,
  opened: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly cast: Cast }> {
  told.chapter('The service')
  const { url, adminPassword } = await told.step('starts on an empty directory', async (say) => {
    const { service, adminPassword } = await startIn(directory)
    opened.use(service)
    say(service.url)
    return { url: service.url, adminPassword }
  })
  const cast = await told.step('opens three accounts', async (say) => {
    const desk = await AccountDesk.open(url, adminPassword)
    const producer = await desk.create('producer')
    const consumer = await desk.create('consumer')
    const stranger = await desk.create('stranger')
    say('producer, consumer, stranger')
    return { producer, consumer, stranger }
  })
  return { url, cast }
}
