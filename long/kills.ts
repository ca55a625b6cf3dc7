/**
 * Kills the service at random moments of uploads, imports and deletions, again and again, and looks
 * after each time whether anything was lost, or left over.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../packages/server/src/index.ts'
import {
  type OpenVerification,
  openVerification,
} from '../packages/server/src/open-verification.ts'
import { Crowd } from './crowd.ts'
import type { Ground } from './ground.ts'
import { requireInvariants } from './invariants.ts'
import { logIn, RunningService } from './service.ts'

const people = 6
/** So much of a life is random; a second more is seldom worth waiting for. */
const longestLifeMs = 1_200

export type Rounds = {
  readonly kills: number
  /** How many processes serve at once. One of them is killed, and the others put things right. */
  readonly processes: number
  readonly say: (sentence: string) => void
}

/** @throws {Error} that names every promise that was broken. */
export async function killAgainAndAgain(ground: Ground, rounds: Rounds): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const services: RunningService[] = []
  opened.defer(async () => {
    for (const service of services) await service[Symbol.asyncDispose]()
  })
  for (let i = 0; i < rounds.processes; i++) {
    services.push(await RunningService.start(ground.settings))
  }
  const kept = opened.use(
    await openVerification(readConfig({ environment: ground.settings }).config),
  )
  const crowd = opened.use(await Crowd.gather(await logIn(urlOf(services))))
  let compared = 0
  for (let round = 1; round <= rounds.kills; round++) {
    compared += await killOnce(ground, services, crowd, kept)
    rounds.say(
      `${ground.name}: ${round} kills, ${crowd.answers} answers, ${compared} times an image compared`,
    )
  }
}

/** @returns how many images were compared afterwards. */
async function killOnce(
  ground: Ground,
  services: RunningService[],
  crowd: Crowd,
  kept: OpenVerification,
): Promise<number> {
  const leaving = new AbortController()
  const acting = crowd.act(people, () => urlOf(services), leaving.signal)
  await sleep(Math.random() * longestLifeMs)
  const [victim, ...others] = services
  services.splice(0, services.length, ...others)
  await victim?.kill()
  leaving.abort()
  if (others.length === 0) services.push(await RunningService.start(ground.settings))
  await acting
  const compared = await requireInvariants(crowd, urlOf(services), kept)
  if (others.length > 0) services.push(await RunningService.start(ground.settings))
  return compared
}

function urlOf(services: readonly RunningService[]): string {
  const service = services[Math.floor(Math.random() * services.length)]
  // Nobody listens there: whoever asks while all are dead is told so.
  return service?.url ?? 'http://127.0.0.1:9'
}
