/** What is kept of images that were read: the same while the row is the same, and never older than it. */
import { someImage } from '@vitrine/conformance'
import type { ImageListQuery } from '@vitrine/core'
import { describe, expect, test } from 'vitest'
import { onBothDatabases } from './on-both-databases.ts'

const query: ImageListQuery = {
  scope: [{ visibility: 'shared', owner: 'producer' }],
  hidden: false,
  filters: [],
  sort: [
    { field: 'createdAt', direction: 'desc' },
    { field: 'id', direction: 'desc' },
  ],
  after: undefined,
  limit: 10,
}

onBothDatabases((name, makeHarness) => {
  describe(`images that were read before, on ${name}`, () => {
    test('are the same objects while nobody changes them, and others once somebody did', async () => {
      await using harness = await opened()
      const { records } = await harness.open()
      const [kept, changed] = [someImage({ name: 'kept' }), someImage({ name: 'old' })]
      await records.write(async (transaction) => {
        for (const image of [kept, changed]) await transaction.insertImage(image)
      })
      const listed = async () => {
        const page = await records.listImages(query)
        return new Map(page.map((image) => [image.id, image]))
      }
      const before = await listed()
      expect((await listed()).get(changed.id)).toBe(before.get(changed.id))
      expect(await records.findImage(changed.id)).toBe(before.get(changed.id))

      await records.write((transaction) => transaction.saveImage({ ...changed, name: 'new' }))
      const after = await listed()
      expect(after.get(changed.id)).toMatchObject({ name: 'new' })
      expect(after.get(kept.id)).toBe(before.get(kept.id))
      expect(await records.findImage(changed.id)).toBe(after.get(changed.id))

      await records.write((transaction) => transaction.deleteImage(changed.id, new Date()))
      expect([...(await listed()).keys()]).toEqual([kept.id])
      expect(await records.findImage(changed.id)).toBeUndefined()
    })

    test('are not those of a change that was taken back', async () => {
      await using harness = await opened()
      const { records } = await harness.open()
      const image = someImage({ name: 'first' })
      await records.write((transaction) => transaction.insertImage(image))
      const change = (name: string, fails: boolean) =>
        records.write(async (transaction) => {
          await transaction.saveImage({ ...image, name })
          // Inside, what is read is what was written.
          expect(await transaction.findImage(image.id)).toMatchObject({ name })
          expect(await transaction.listImages(query)).toMatchObject([{ name }])
          if (fails) throw new Error('taken back')
        })
      await expect(change('never', true)).rejects.toThrow('taken back')
      expect(await records.listImages(query)).toMatchObject([{ name: 'first' }])
      // The version that was taken back is given anew.
      await change('second', false)
      expect(await records.listImages(query)).toMatchObject([{ name: 'second' }])
      expect(await records.findImage(image.id)).toMatchObject({ name: 'second' })
    })

    test('are those that another process has changed', async () => {
      await using harness = await opened()
      if (!harness.severalProcesses) return
      const [one, other] = [await harness.open(), await harness.open()]
      const image = someImage({ name: 'old' })
      await one.records.write((transaction) => transaction.insertImage(image))
      expect(await one.records.listImages(query)).toMatchObject([{ name: 'old' }])
      await other.records.write((transaction) => transaction.saveImage({ ...image, name: 'new' }))
      expect(await one.records.listImages(query)).toMatchObject([{ name: 'new' }])
      expect(await one.records.findImage(image.id)).toMatchObject({ name: 'new' })
    })
  })

  async function opened() {
    const harness = await makeHarness()
    return { ...harness, [Symbol.asyncDispose]: () => harness.close() }
  }
})
