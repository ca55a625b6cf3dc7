/**
 * What must hold after any crash, once the service is up again: every image is what it was promised
 * to be, no image waits for ever, and the stores keep the bytes of images and nothing else.
 */
import { type Finding, Verification } from '@vitrine/core'
import type { OpenVerification } from '../packages/server/src/open-verification.ts'
import { sha512 } from './content.ts'
import type { Crowd, Memory } from './crowd.ts'

type Shown = {
  readonly id: string
  readonly status: string
  readonly os_hash_value: string | null
  readonly os_glance_import_task?: string
}

const patienceMs = 60_000

/**
 * @returns how many images were read to the end and compared with what was sent for them.
 * @throws {Error} that names every broken promise.
 */
export async function requireInvariants(
  crowd: Crowd,
  url: string,
  kept: OpenVerification,
): Promise<number> {
  const images = await settled(crowd, url)
  const broken: string[] = []
  let compared = 0
  for (const image of images) {
    const memory = crowd.images.get(image.id)
    if (memory !== undefined && image.status === 'active') compared++
    broken.push(...(memory === undefined ? [] : await wrongWith(crowd, url, image, memory)))
  }
  const shown = new Set(images.map(({ id }) => id))
  for (const [id, memory] of crowd.images) {
    if (memory.deletion !== 'no' && !shown.has(id)) crowd.images.delete(id)
    else if (!shown.has(id)) broken.push(`image ${id} is gone, and nobody deleted it`)
    else if (memory.deletion === 'answered') broken.push(`image ${id} is there, and was deleted`)
    else memory.deletion = 'no' // asked for, and never heard of
  }
  broken.push(...(await strangers(kept)))
  broken.push(...(await findings(kept)))
  if (broken.length > 0) throw new Error(`Broken promises:\n  ${broken.join('\n  ')}`)
  return compared
}

/** All images, once none is on its way to anything. */
async function settled(crowd: Crowd, url: string): Promise<readonly Shown[]> {
  const isWaiting = ({ status, os_glance_import_task: task }: Shown) =>
    status === 'saving' || status === 'importing' || task !== undefined
  let images: readonly Shown[] = []
  const isSettled = await eventually(async () => {
    const answer = await crowd.ask(url, 'GET', '/v2/images?limit=1000')
    const body: { images: Shown[] } = await answer.json()
    images = body.images
    return !images.some(isWaiting)
  })
  if (isSettled) return images
  const stuck = images.filter(isWaiting).map(({ id, status }) => `${id} is ${status}`)
  throw new Error(`Images that stay on their way: ${stuck.join(', ')}`)
}

async function wrongWith(
  crowd: Crowd,
  url: string,
  { id, status, os_hash_value: hash }: Shown,
  { has, sent }: Memory,
): Promise<string[]> {
  if (status !== 'active') {
    return has === undefined ? [] : [`image ${id} is ${status}, and was answered to have its data`]
  }
  const answer = await crowd.ask(url, 'GET', `/v2/images/${id}/file`)
  const found = sha512(new Uint8Array(await answer.arrayBuffer()))
  const wrong: string[] = []
  if (answer.status !== 200 && answer.status !== 204) wrong.push(`image ${id}: ${answer.status}`)
  if (found !== hash) wrong.push(`the data of image ${id} is not what its hash says`)
  if (has !== undefined && found !== has) wrong.push(`image ${id} has other data than answered`)
  if (!sent.has(found)) wrong.push(`image ${id} has data that nobody sent`)
  return wrong
}

/** What lies in the stores and belongs to no image; the sweep has some seconds for it. */
async function strangers({ records, stores }: OpenVerification): Promise<string[]> {
  let left: string[] = []
  await eventually(async () => {
    left = []
    for (const store of stores.writable) {
      for await (const { key, isWhole } of store.objects.list()) {
        const isKept = (await records.findContent({ storeId: store.id, key })) !== undefined
        const staged = (await records.listStaged(1000)).some((one) => one.key === key)
        if (!isWhole || !(isKept || staged)) left.push(`${store.id}/${key} belongs to no image`)
      }
    }
    return left.length === 0
  })
  return left
}

async function findings({ records, stores }: OpenVerification): Promise<string[]> {
  const found: Finding[] = []
  const verification = new Verification({
    records,
    stores,
    retire: async () => undefined,
    onFinding: (finding) => found.push(finding),
    onProgress: () => undefined,
  })
  await verification.run()
  return found.map((one) => JSON.stringify(one))
}

async function eventually(isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    if (await isSo()) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return false
}
