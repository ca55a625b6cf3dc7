/**
 * The story of a shared image, told with the SDK against the real service.
 *
 *   producer   makes ─► uploads ─► shares ──────────────────────────────────► takes it back
 *   consumer                        sees it by id ─► accepts ─► rejects ─► boots it     404
 *   stranger                        404
 *
 * Every step checks what it tells; one that goes otherwise ends the story.
 */
import type { Cast } from './cast.ts'
import { consumerAnswers } from './chapters/consumer-answers.ts'
import { othersAreRefused } from './chapters/others-are-refused.ts'
import { producerShares } from './chapters/producer-shares.ts'
import { serviceStarts } from './chapters/service-starts.ts'
import { shareEnds } from './chapters/share-ends.ts'
import type { Narrator } from './narrator.ts'

/** What there is to explore when the story is over. */
export type Ending = {
  readonly url: string
  readonly imageId: string
  readonly cast: Cast
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
  const { url, cast } = await serviceStarts(told, directory, opened)
  const { image, disk } = await producerShares(told, cast, directory)
  await consumerAnswers(told, cast.consumer, image, { disk, directory })
  await othersAreRefused(told, cast, image)
  await shareEnds(told, cast.consumer, image)
  return { url, imageId: image.id, cast }
}
