/** Every promise `Records` makes of sharing, as tests. */
import { randomUUID } from 'node:crypto'
import type { ActivityEntry, Image, InboxPlace, Records } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordsHarness } from './records.ts'
import { someImage } from './some-image.ts'

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute))

/** Call it once per adapter, from the adapter's own test file. */
export function describeSharingRecords(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about sharing`, () => {
    let harness: RecordsHarness
    let records: Records
    beforeEach(async () => {
      harness = await makeHarness()
      records = (await harness.open()).records
    })
    afterEach(() => harness.close())

    async function shared(
      minute: number,
      fields: Partial<Image> = {},
      projectId = 'consumer',
    ): Promise<string> {
      const id = randomUUID()
      const image = someImage({ id, owner: 'producer', visibility: 'shared', ...fields })
      const times = { createdAt: at(minute), updatedAt: at(minute) }
      await records.write(async (transaction) => {
        await transaction.insertImage(image)
        await transaction.insertMember({ imageId: id, projectId, status: 'pending', ...times })
      })
      return id
    }

    const inbox = (more: { name?: string; after?: InboxPlace; limit?: number } = {}) =>
      records.listInbox({
        projectId: 'consumer',
        name: more.name,
        after: more.after,
        limit: more.limit ?? 100,
      })
    const idsIn = async () => (await inbox()).map(({ image }) => image.id)

    describe('listInbox()', () => {
      test('has what waits for the project, last changed first, with what was written', async () => {
        const [older, newer] = [await shared(1), await shared(2)]
        await shared(3, {}, 'another')
        const invitation = {
          imageId: older,
          projectId: 'consumer',
          email: 'a@b.de',
          note: 'Hello.',
          createdAt: at(1),
        }
        await records.write((transaction) => transaction.saveInvitation(invitation))
        const entries = await inbox()
        expect(entries.map(({ image }) => image.id)).toEqual([newer, older])
        expect(entries.map((entry) => entry.invitation)).toEqual([undefined, invitation])
        expect(entries[0]?.image).toEqual(await records.findImage(newer))
        expect(entries[0]?.member).toEqual(await records.findMember(newer, 'consumer'))
      })

      test('visits each once, page by page, also where many changed in one millisecond', async () => {
        const ids: string[] = []
        for (let i = 0; i < 7; i++) ids.push(await shared(i < 4 ? 1 : 2))
        const found: string[] = []
        let after: InboxPlace | undefined
        do {
          const page = await inbox({ limit: 2, ...(after !== undefined && { after }) })
          found.push(...page.map(({ image }) => image.id))
          after = page.at(-1)?.place
        } while (after !== undefined)
        expect(found).toEqual(ids.toReversed())
      })

      test('leaves out what is answered, gone, not shared now, its own, or blocked', async () => {
        const [answered, gone, , deleted, , stays] = [
          await shared(1),
          await shared(2),
          await shared(3, { visibility: 'private' }),
          await shared(4),
          await shared(5, { owner: 'nuisance' }),
          await shared(6, { owner: null }),
        ]
        await shared(7, { owner: 'consumer' })
        await records.write(async (transaction) => {
          const member = await transaction.findMember(answered, 'consumer')
          if (member !== undefined) await transaction.saveMember({ ...member, status: 'rejected' })
          await transaction.deleteMember(gone, 'consumer', at(8))
          await transaction.deleteImage(deleted, at(8))
          const block = { projectId: 'consumer', producerId: 'nuisance', createdAt: at(8) }
          await transaction.insertBlock(block)
        })
        expect(await idsIn()).toEqual([stays])
      })

      test('finds images by exactly their name', async () => {
        const id = await shared(1, { name: 'Debian 13' })
        await shared(2, { name: 'Debian' })
        await shared(3, { name: null })
        expect((await inbox({ name: 'Debian 13' })).map(({ image }) => image.id)).toEqual([id])
        expect(await inbox({ name: 'debian 13' })).toEqual([])
      })
    })

    test('invitations are replaced, and go with the share and with the image', async () => {
      const [first, second] = [await shared(1), await shared(2)]
      const invite = (imageId: string, note: string) =>
        records.write((transaction) =>
          transaction.saveInvitation({
            imageId,
            projectId: 'consumer',
            email: null,
            note,
            createdAt: at(3),
          }),
        )
      await invite(first, 'one')
      await invite(first, 'two')
      await invite(second, 'three')
      expect((await records.findInvitation(first, 'consumer'))?.note).toBe('two')
      expect(await records.findInvitation(first, 'another')).toBeUndefined()
      await records.write((transaction) => transaction.deleteMember(first, 'consumer', at(4)))
      expect(await records.findInvitation(first, 'consumer')).toBeUndefined()
      await records.write((transaction) => transaction.deleteImage(second, at(4)))
      expect(await records.findInvitation(second, 'consumer')).toBeUndefined()
    })

    test('shares are listed by project, page by page, with what goes with each', async () => {
      const imageId = await shared(1, {}, 'b')
      const invitation = { imageId, projectId: 'c', email: 'a@b.de', note: 'Hi.', createdAt: at(2) }
      const reminders = { imageId, projectId: 'b', count: 2, lastAt: at(3) }
      await records.write(async (transaction) => {
        const times = { createdAt: at(2), updatedAt: at(2) }
        for (const projectId of ['c', 'a', 'gone']) {
          await transaction.insertMember({ imageId, projectId, status: 'rejected', ...times })
        }
        await transaction.saveInvitation(invitation)
        await transaction.saveReminders(reminders)
        await transaction.deleteMember(imageId, 'gone', at(4))
      })
      await shared(5, {}, 'another')
      const list = (more: object = {}) =>
        records.listShares({ imageId, after: undefined, limit: 10, ...more })
      const projects = (found: Awaited<ReturnType<typeof list>>) =>
        found.map(({ member }) => member.projectId)
      const all = await list()
      expect(projects(all)).toEqual(['a', 'b', 'c'])
      expect(all.map((one) => [one.invitation, one.reminders])).toEqual([
        [undefined, undefined],
        [undefined, reminders],
        [invitation, undefined],
      ])
      expect(all[1]?.member).toEqual(await records.findMember(imageId, 'b'))
      expect(projects(await list({ limit: 2 }))).toEqual(['a', 'b'])
      expect(projects(await list({ after: 'b' }))).toEqual(['c'])
      expect(projects(await list({ status: 'rejected' }))).toEqual(['a', 'c'])
    })

    test('reminders are remembered when the share is taken away', async () => {
      const imageId = await shared(1)
      const reminders = { imageId, projectId: 'consumer', count: 2, lastAt: at(5) }
      await records.write((transaction) => transaction.saveReminders({ ...reminders, count: 1 }))
      await records.write((transaction) => transaction.saveReminders(reminders))
      await records.write((transaction) => transaction.deleteMember(imageId, 'consumer', at(6)))
      expect(await records.findReminders(imageId, 'consumer')).toEqual(reminders)
    })

    test('blocks are kept once, the oldest first', async () => {
      const block = (producerId: string, minute: number) =>
        records.write((transaction) =>
          transaction.insertBlock({ projectId: 'consumer', producerId, createdAt: at(minute) }),
        )
      await block('b', 1)
      await block('a', 2)
      await block('b', 3)
      const kept = await records.listBlocks('consumer')
      expect(kept.map(({ producerId, createdAt }) => [producerId, createdAt])).toEqual([
        ['b', at(1)],
        ['a', at(2)],
      ])
      const unblock = () => records.write((transaction) => transaction.deleteBlock('consumer', 'b'))
      expect([await unblock(), await unblock()]).toEqual([true, false])
      expect(await records.listBlocks('another')).toEqual([])
    })

    test('activity is listed by image, consumer and producer, newest first, page by page', async () => {
      const entry = (imageId: string, consumerId: string, producerId: string | null) =>
        ({
          type: 'shared',
          at: at(1),
          actor: consumerId === 'a' ? { userId: 'u', projectId: null } : null,
          imageId,
          imageName: null,
          producerId,
          consumerId,
          note: 'n',
        }) satisfies ActivityEntry
      const entries = [entry('1', 'a', 'p'), entry('2', 'a', 'p'), entry('1', 'b', null)]
      await records.write((transaction) => transaction.insertActivity(entries))
      const many = Array.from({ length: 1200 }, () => entry('3', 'c', 'q'))
      await records.write((transaction) => transaction.insertActivity(many))

      const list = async (query: object) =>
        (await records.listActivity({ after: undefined, limit: 10, ...query })).map(
          (placed) => placed.entry,
        )
      const [first, second, third] = entries
      expect(await list({ imageId: '1' })).toEqual([third, first])
      expect(await list({ consumerId: 'a' })).toEqual([second, first])
      expect(await list({ producerId: 'p' })).toEqual([second, first])
      expect(await list({ imageId: '1', consumerId: 'a' })).toEqual([first])
      const [newest] = await records.listActivity({ consumerId: 'a', after: undefined, limit: 1 })
      expect(await list({ consumerId: 'a', after: newest?.place })).toEqual([first])
      expect(await list({ producerId: 'q', limit: 2000 })).toHaveLength(1200)
    })
  })
}
