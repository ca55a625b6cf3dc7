/** What `Records` promises of objects that no image owns: none is forgotten, none is stolen. */
import { randomUUID } from 'node:crypto'
import type { LooseObject, Records } from '@vitrine/core'
import { describe, expect, test } from 'vitest'

type Open = { readonly records: Records; close(): Promise<void> }
/** As in `RecordsHarness`. */
type Harness = { open(): Promise<Open>; readonly severalProcesses: boolean }

const object = { storeId: 'fast', key: 'a0000000-0000-4000-8000-000000000001', imageId: 'an image' }
const now = new Date('2030-06-01T00:00:00.000Z')
const written = { ...object, isUnsettled: false, isDoomed: false }
const doomed = { ...written, isDoomed: true }

export function describeLooseObjects(harness: () => Harness, open: () => Open): void {
  const abandoned = (records: Records, at = now) => records.abandonedObjects(at, 100)
  const begin = (records: Records, one: LooseObject = object) =>
    records.write((transaction) => transaction.insertLooseObject(one))
  const take = (records: Records) =>
    records.write((transaction) => transaction.takeLooseObject(object))
  const doom = (records: Records, one: LooseObject = object, from?: Date) =>
    records.write((transaction) => transaction.doomObject(one, from))

  describe('objects that no image owns', () => {
    test('are left alone while a living process writes them', async () => {
      await begin(open().records)
      expect(await abandoned(open().records)).toEqual([])
      if (!harness().severalProcesses) return
      expect(await abandoned((await harness().open()).records)).toEqual([])
    })

    test('are abandoned when the process that wrote them is gone', async () => {
      await begin(open().records)
      await open().close()
      const { records: next } = await harness().open()
      await expect.poll(() => abandoned(next)).toEqual([written])
    })

    test('are taken once, by the process that wrote them', async () => {
      await begin(open().records)
      expect([await take(open().records), await take(open().records)]).toEqual([true, false])
      await open().close()
      expect(await abandoned((await harness().open()).records)).toEqual([])
    })

    test('cannot be taken any more once they are doomed, or another process has them', async () => {
      await begin(open().records)
      await doom(open().records)
      expect(await take(open().records)).toBe(false)
      if (!harness().severalProcesses) return
      const other = { ...object, key: randomUUID() }
      await begin((await harness().open()).records, other)
      const taken = await open().records.write((transaction) => transaction.takeLooseObject(other))
      expect(taken).toBe(false)
    })

    test('are anyone’s to delete once they are doomed, whoever lives', async () => {
      await doom(open().records)
      expect(await abandoned(open().records)).toEqual([doomed])
      await open().records.write((transaction) => transaction.forgetObject(object))
      expect(await abandoned(open().records)).toEqual([])
    })

    test('are doomed unless an image has taken them', async () => {
      const { records } = open()
      const doomIfLoose = () =>
        records.write((transaction) =>
          transaction.doomLooseObject({ ...object, isUnsettled: true }),
        )
      await begin(records)
      expect(await doomIfLoose()).toBe(true)
      expect(await abandoned(records)).toEqual([{ ...doomed, isUnsettled: true }])
      await records.write((transaction) => transaction.forgetObject(object))
      expect(await doomIfLoose()).toBe(false)
      expect(await abandoned(records)).toEqual([])
    })

    test('are left to whoever writes them when their image goes, and doomed otherwise', async () => {
      const { records } = open()
      const release = () => records.write((transaction) => transaction.doomUnlessWritten(object))
      await begin(records)
      expect(await release()).toBe(false)
      expect(await abandoned(records)).toEqual([])
      expect(await take(records)).toBe(true)
      expect([await release(), await release()]).toEqual([true, true])
      expect(await abandoned(records)).toEqual([doomed])
    })

    test('are not due before their time', async () => {
      await doom(open().records, object, new Date(now.getTime() + 1))
      expect(await abandoned(open().records)).toEqual([])
      expect(await abandoned(open().records, new Date(now.getTime() + 1))).toEqual([doomed])
    })

    test('come in pages, each once', async () => {
      const { records } = open()
      const objects = Array.from({ length: 7 }, (_, i) => ({
        ...object,
        key: randomUUID(),
        storeId: i % 2 === 0 ? 'fast' : 'slow',
      }))
      for (const one of objects) await doom(records, one)
      const seen: string[] = []
      for (let page = await records.abandonedObjects(now, 3); page.length > 0; ) {
        seen.push(...page.map(({ key }) => key))
        page = await records.abandonedObjects(now, 3, page.at(-1))
      }
      expect(seen).toEqual(objects.map(({ key }) => key).toSorted())
    })
  })
}
