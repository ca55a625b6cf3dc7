/** The short form of `npm run test:long -- floods`. */
import { test } from 'vitest'
import { flood } from './floods.ts'
import { prepareGround } from './ground.ts'

test('forty bad clients at once keep nobody from being served, and leave nothing', async () => {
  await using ground = await prepareGround('sqlite', 'files')
  await flood(ground, 40, () => undefined)
}, 60_000)
