/** The consumer finds the image in the gallery and asks for it; the producer lets it have it. */
import { type AccessRequest, type Listing, NotFoundError } from '@vitrine/sdk'
import type { Cast } from '../cast.ts'
import { ExpectationError, expectRefusal, expectSame } from '../expectation.ts'
import type { Narrator } from '../narrator.ts'
import { linkTo, type PostOffice } from '../post-office.ts'
import { headingOf, openPage, sendForm } from '../web-page.ts'

/** Where the consumer is written to. */
export const consumersAddress = 'ada@consumer.example'

export async function consumerAsks(
  told: Narrator,
  { producer, consumer }: Cast,
  { url, post, listing }: { url: string; post: PostOffice; listing: Listing },
): Promise<void> {
  told.chapter('The gallery')
  await told.step('shows it to all, without a log-in', async (say) => {
    const found = await openPage(`${url}/gallery?q=greet`)
    expectShown(found, [listing.title, listing.publisher.name])
    expectHidden(found, ['hello-internal', producer.projectId])
    say(`“${headingOf(await openPage(listing.url ?? ''))}”`)
  })
  await told.step('consumer cannot use it yet', async (say) => {
    say(await expectRefusal(consumer.images.get(listing.imageId), NotFoundError))
  })

  told.chapter('The request')
  const asked = await told.step('consumer asks for it', async (say) => {
    const request = await consumer.client.requests.ask({
      imageId: listing.imageId,
      email: consumersAddress,
      message: 'We would like to be greeted.',
    })
    expectSame('the request', request.status, 'unverified')
    say(request.status)
    return request
  })
  const link = await told.step('is asked by mail to confirm it', async (say) => {
    const mail = await post.next(consumersAddress)
    say(mail.subject)
    return linkTo('request', mail)
  })
  await told.step('proves its address by the link', async (say) => {
    await openPage(link)
    say(headingOf(await sendForm(link)))
  })
  const request = await told.step('producer has it in its queue', async (say) => {
    const request = await onlyRequest(producer.client.requests.list({ status: 'open' }))
    expectSame('the request', [request.id, request.email], [asked.id, consumersAddress])
    say(`“${request.message}”`)
    return request
  })
  await told.step('producer approves', async (say) => {
    say((await request.approve({ note: 'Welcome!' })).status)
  })
}

async function onlyRequest(requests: AsyncIterable<AccessRequest>): Promise<AccessRequest> {
  const [request, ...others] = await Array.fromAsync(requests)
  if (request !== undefined && others.length === 0) return request
  throw new ExpectationError('one request', String(request === undefined ? 0 : others.length + 1))
}

function expectShown(html: string, words: readonly string[]): void {
  const missing = words.filter((word) => !html.includes(word))
  if (missing.length > 0) throw new ExpectationError('a page with all words', `no ${missing}`)
}

function expectHidden(html: string, words: readonly string[]): void {
  const shown = words.filter((word) => html.includes(word))
  if (shown.length > 0) throw new ExpectationError('a page without secrets', `${shown}`)
}
