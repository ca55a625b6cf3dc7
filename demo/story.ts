/**
 * The story of a shared image, told with the SDK against the real service.
 *
 *   producer   makes ─► uploads ─► publishes            approves ─► reminds        takes it back
 *   consumer             finds ─► asks ─► proves its address  accepts ─► boots it      404
 *   second                                                       says nothing, is reminded
 *   third                                                        rejects, is left in peace
 *   stranger                       404
 *
 * Every step checks what it tells; one that goes otherwise ends the story.
 */
import type { Cast } from './cast.ts'
import { activityTellsAll } from './chapters/activity-tells-all.ts'
import { consumerAccepts } from './chapters/consumer-accepts.ts'
import { consumerAsks } from './chapters/consumer-asks.ts'
import { othersAnswer } from './chapters/others-answer.ts'
import { othersAreRefused } from './chapters/others-are-refused.ts'
import { producerPublishes } from './chapters/producer-publishes.ts'
import { serviceStarts } from './chapters/service-starts.ts'
import { shareEnds } from './chapters/share-ends.ts'
import type { Narrator } from './narrator.ts'
import type { PostOffice } from './post-office.ts'

/** What there is to explore when the story is over. */
export type Ending = {
  readonly url: string
  readonly imageId: string
  readonly cast: Cast
  readonly post: PostOffice
}

/**
 * @param directory empty, for everything that the story needs to keep.
 * @param opened closes the service, when its owner is done with it.
 */
export async function tellStory(
  told: Narrator,
  directory: string,
  opened: AsyncDisposableStack,
): Promise<Ending> {
  const { url, cast, post } = await serviceStarts(told, directory, opened)
  const { image, disk, listing } = await producerPublishes(told, cast, directory)
  await consumerAsks(told, cast, { url, post, listing })
  await consumerAccepts(told, cast, { post, disk, image, directory })
  await othersAnswer(told, cast, { post, image })
  await othersAreRefused(told, cast, image)
  await shareEnds(told, cast, image)
  await activityTellsAll(told, cast, image)
  return { url, imageId: image.id, cast, post }
}
