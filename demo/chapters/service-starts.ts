/** Before the story: a mail server, a service out of nothing, and all who have accounts there. */
import { AccountDesk } from '../accounts.ts'
import type { Cast } from '../cast.ts'
import type { Narrator } from '../narrator.ts'
import { PostOffice } from '../post-office.ts'
import { startIn } from '../service.ts'

export async function serviceStarts(
  told: Narrator,
  directory: string,
  opened: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly cast: Cast; readonly post: PostOffice }> {
  told.chapter('The service')
  const post = await told.step('a mail server listens', async (say) => {
    const post = opened.use(await PostOffice.open())
    say(post.url)
    return post
  })
  const { url, adminPassword } = await told.step('starts on an empty directory', async (say) => {
    const { service, adminPassword } = await startIn(directory, post.url)
    opened.use(service)
    say(service.url)
    return { url: service.url, adminPassword }
  })
  const cast = await told.step('opens five accounts', async (say) => {
    const desk = await AccountDesk.open(url, adminPassword)
    const [producer, consumer, second, third, stranger] = await Promise.all([
      desk.create('producer'),
      desk.create('consumer'),
      desk.create('second'),
      desk.create('third'),
      desk.create('stranger'),
    ])
    say('a project and a user each')
    return { producer, consumer, second, third, stranger }
  })
  return { url, cast, post }
}
