/** What `Records` promises of contents: each is kept once per store, as long as any image carries it. */
import { randomUUID } from 'node:crypto'
import type { Content, ObjectAddress, Records } from '@vitrine/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** As `RecordsHarness`. */
type Harness = {
  open(): Promise<{ readonly records: Records }>
  readonly severalProcesses: boolean
}

function arrived(digest: string | null = 'sha512:aa', storeId = 'fast'): Content {
  return { storeId, key: randomUUID(), digest, sizeBytes: 3 }
}

const addressOf = ({ storeId, key }: ObjectAddress) => ({ storeId, key })

export function describeContents(harness: () => Harness, opened: () => Records): void {
  const carry = (content: Content, imageId: string, records = opened()) =>
    records.write((transaction) => transaction.carryContent(content, imageId))
  const drop = (address: ObjectAddress, imageId: string, records = opened()) =>
    records.write((transaction) => transaction.dropContent(address, imageId))

  describe('contents', () => {
    test('are kept where they arrived first, however many images carry them', async () => {
      const [first, second] = [arrived(), arrived()]
      expect(await carry(first, 'one')).toEqual(addressOf(first))
      expect(await carry(second, 'two')).toEqual(addressOf(first))
      expect(await opened().findContent(first)).toEqual(first)
      expect(await opened().findContent(second)).toBeUndefined()
      expect(await opened().findSharedContent('fast', 'sha512:aa')).toEqual(addressOf(first))
      expect(await opened().listCarriers(first, 10)).toEqual(['one', 'two'])
    })

    test('are others in other stores, and with other digests', async () => {
      for (const content of [arrived(), arrived('sha512:aa', 'slow'), arrived('sha512:ab')]) {
        expect(await carry(content, 'one')).toEqual(addressOf(content))
      }
    })

    test('go with the last image, and no earlier', async () => {
      const content = arrived()
      await carry(content, 'one')
      await carry(arrived(), 'two')
      expect(await drop(content, 'one')).toBe(false)
      expect(await drop(content, 'one')).toBe(false)
      expect(await opened().findContent(content)).toEqual(content)
      expect(await drop(content, 'two')).toBe(true)
      expect(await opened().findContent(content)).toBeUndefined()
      expect(await opened().listCarriers(content, 10)).toEqual([])
      const again = arrived()
      expect(await carry(again, 'three')).toEqual(addressOf(again))
    })

    test('that nobody ever carried are nobody’s', async () => {
      expect(await drop(arrived(), 'one')).toBe(true)
    })

    test('are shared no more once they are retired, and stay whose they are', async () => {
      const [old, fresh] = [arrived(), arrived()]
      await carry(old, 'one')
      await opened().write(async (transaction) => transaction.retireContent(old))
      expect(await opened().findSharedContent('fast', 'sha512:aa')).toBeUndefined()
      expect(await carry(fresh, 'two')).toEqual(addressOf(fresh))
      expect(await carry(arrived(), 'three')).toEqual(addressOf(fresh))
      expect(await opened().listCarriers(old, 10)).toEqual(['one'])
      expect(await drop(old, 'one')).toBe(true)
    })

    test('change with their transaction, or not at all', async () => {
      const content = arrived()
      const failing = opened().write(async (transaction) => {
        await transaction.carryContent(content, 'one')
        throw new Error('changed my mind')
      })
      await expect(failing).rejects.toThrow('changed my mind')
      expect(await opened().findContent(content)).toBeUndefined()
    })

    test('come in pages by store and key, each once', async () => {
      const contents = Array.from({ length: 7 }, (_, i) =>
        arrived(`sha512:${i}`, i % 2 === 0 ? 'fast' : 'slow'),
      )
      for (const content of contents) await carry(content, 'one')
      const seen: Content[] = []
      for (let page = await opened().listContents(3); page.length > 0; ) {
        seen.push(...page)
        page = await opened().listContents(3, page.at(-1))
      }
      const place = ({ storeId, key }: Content) => storeId + key
      expect(seen).toEqual(contents.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)))
    })

    test('neither get lost nor are left over, while images come and go at the same time', async () => {
      const all = harness().severalProcesses
        ? [opened(), (await harness().open()).records]
        : [opened()]
      const step = fc.record({
        imageId: fc.constantFrom('a', 'b', 'c', 'd'),
        digest: fc.constantFrom('sha512:1', 'sha512:2'),
        process: fc.nat(all.length - 1),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
          /** As a store would have them: written before an image carries them. */
          const bytes = new Set<string>()
          const carried = new Map<string, ObjectAddress>()
          /** An image that has the content lets go of it, one that has not takes it up. */
          const change = async (name: string, digest: string, records: Records) => {
            const before = carried.get(name)
            if (before !== undefined) {
              carried.delete(name)
              if (await drop(before, name, records)) bytes.delete(before.key)
              return
            }
            const content = arrived(digest)
            bytes.add(content.key)
            const kept = await carry(content, name, records)
            carried.set(name, kept)
            if (kept.key !== content.key) bytes.delete(content.key)
          }
          // Changes of one image follow each other, since each locks it first.
          const queues = new Map<string, Promise<void>>()
          for (const { imageId, digest, process } of steps) {
            const name = `${imageId} ${digest}`
            const run = () => change(name, digest, all[process] ?? opened())
            queues.set(name, (queues.get(name) ?? Promise.resolve()).then(run))
          }
          await Promise.all(queues.values())
          expect(bytes).toEqual(new Set([...carried.values()].map(({ key }) => key)))
          for (const [name, address] of carried) await drop(address, name)
          expect(await opened().listContents(10)).toEqual([])
        }),
        { numRuns: 25 },
      )
    })
  })
}
