/** Every promise `Records` makes of access requests, links of invitations, digests and rates, as tests. */
import { randomUUID } from 'node:crypto'
import type { AccessRequest, DigestEntry, Image, InvitationLink, Records } from '@vitrine/core'
import { imageFacts } from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordsHarness } from './records.ts'
import { someImage } from './some-image.ts'

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute))

/** Call it once per adapter, from the adapter's own test file. */
export function describeRequestRecords(
  name: string,
  makeHarness: () => Promise<RecordsHarness>,
): void {
  describe(`${name} keeps the promises of Records about requests and invitations`, () => {
    let harness: RecordsHarness
    let records: Records
    beforeEach(async () => {
      harness = await makeHarness()
      records = (await harness.open()).records
    })
    afterEach(() => harness.close())

    async function shared(projectId = 'consumer'): Promise<Image> {
      const image = someImage({ id: randomUUID(), owner: 'producer', visibility: 'shared' })
      await records.write(async (transaction) => {
        await transaction.insertImage(image)
        const times = { createdAt: at(0), updatedAt: at(0) }
        await transaction.insertMember({
          imageId: image.id,
          projectId,
          status: 'pending',
          ...times,
        })
      })
      return image
    }

    async function asked(imageId: string, fields: Partial<AccessRequest> = {}) {
      const request: AccessRequest = {
        id: randomUUID(),
        imageId,
        title: 'A title',
        producerId: null,
        projectId: 'consumer',
        email: 'a@b.example',
        language: 'de',
        message: 'Line 1\nLine 2',
        status: 'unverified',
        reason: '',
        userId: null,
        createdAt: at(1),
        updatedAt: at(1),
        ...fields,
      }
      await records.write((transaction) => transaction.insertRequest(request))
      return request
    }
    const save = (request: AccessRequest, change: Partial<AccessRequest>) =>
      records.write((transaction) => transaction.saveRequest({ ...request, ...change }))
    const ids = (found: readonly { readonly request: AccessRequest }[]) =>
      found.map(({ request }) => request.id)

    test('a request is read as it was kept, with what was decided', async () => {
      const { id: imageId } = await shared()
      const request = await asked(imageId, { userId: 'u' })
      expect(await records.findRequest(request.id)).toEqual(request)
      const change = {
        status: 'declined',
        reason: 'No.',
        producerId: 'producer',
        updatedAt: at(2),
      } as const
      await save(request, { ...change, message: 'is not changed' })
      expect(await records.findRequest(request.id)).toEqual({ ...request, ...change })
      expect(await records.findRequest('none')).toBeUndefined()
    })

    test('no two requests of a project for one image are open', async () => {
      const { id: imageId } = await shared()
      const [first, second] = [await asked(imageId), await asked(imageId)]
      await save(first, { status: 'open' })
      await expect(save(second, { status: 'open' })).rejects.toThrow()
      await save(second, { status: 'joined' })
      await save(first, { status: 'approved' })
      await save(second, { status: 'open' })
      const another = await asked(imageId, { projectId: 'another', status: 'open' })
      const undecided = await records.listUndecided(imageId)
      expect(undecided.map(({ id }) => id)).toEqual([second.id, another.id])
      const found = await records.listRequestsFor(imageId, 'consumer')
      expect(found.map(({ id, status }) => [id, status])).toEqual([
        [first.id, 'approved'],
        [second.id, 'open'],
      ])
      expect(another.status).toBe('open')
    })

    test('are listed for the producer once verified, and for the project that asks, page by page', async () => {
      const [one, two] = [await shared(), await shared()]
      const producerId = 'producer'
      const stranger = await asked(one.id)
      const own = await asked(one.id, { userId: 'u' })
      const open = await asked(one.id, { status: 'open', producerId })
      const joined = await asked(one.id, { status: 'joined', producerId })
      const ignored = await asked(two.id, { status: 'ignored', producerId })
      const other = await asked(two.id, { status: 'open', producerId, projectId: 'another' })

      const page = { after: undefined, limit: 10 }
      expect(ids(await records.listRequests({ producerId, ...page }))).toEqual([
        other.id,
        ignored.id,
        open.id,
      ])
      const statuses = ['open', 'ignored'] as const
      const ofTwo = await records.listRequests({ producerId, statuses, ...page, limit: 2 })
      expect(ids(ofTwo)).toEqual([other.id, ignored.id])
      const after = ofTwo.at(-1)?.place
      expect(ids(await records.listRequests({ producerId, statuses, after, limit: 2 }))).toEqual([
        open.id,
      ])
      expect(ids(await records.listRequests({ projectId: 'consumer', ...page }))).toEqual([
        ignored.id,
        joined.id,
        open.id,
        own.id,
      ])
      expect(await records.listRequestsFor(one.id, 'consumer')).not.toContainEqual(stranger)
      expect(await records.listRequests({ producerId: 'nobody', ...page })).toEqual([])
    })

    test('an approval rule is replaced, and goes with its image, as do requests', async () => {
      const { id: imageId } = await shared()
      const request = await asked(imageId, { status: 'open' })
      const rule = { imageId, projects: ['a', 'b'], emailDomains: null, most: 3, approved: 1 }
      await records.write((transaction) => transaction.saveApprovalRule({ ...rule, approved: 0 }))
      await records.write((transaction) => transaction.saveApprovalRule(rule))
      expect(await records.findApprovalRule(imageId)).toEqual(rule)
      const remove = () => records.write((transaction) => transaction.deleteApprovalRule(imageId))
      expect([await remove(), await remove()]).toEqual([true, false])
      await records.write((transaction) => transaction.saveApprovalRule(rule))
      await records.write((transaction) => transaction.deleteImage(imageId, at(3)))
      expect(await records.findApprovalRule(imageId)).toBeUndefined()
      expect(await records.findRequest(request.id)).toBeUndefined()
    })

    test('what is not decided is handed over to another producer, and what is decided stays', async () => {
      const [{ id: imageId }, other] = [await shared(), await shared()]
      const producerId = 'producer before'
      const waiting = [
        await asked(imageId, { status: 'open', producerId }),
        await asked(imageId, { status: 'ignored', producerId, projectId: 'another' }),
      ]
      const stays = [
        await asked(imageId, { status: 'approved', producerId }),
        await asked(imageId, { status: 'declined', producerId }),
        await asked(other.id, { status: 'open', producerId }),
      ]
      await records.write((transaction) => transaction.handOverRequests(imageId, 'producer after'))
      const of = (producer: string) =>
        records.listRequests({ producerId: producer, after: undefined, limit: 10 })
      expect(ids(await of('producer after'))).toEqual(waiting.map(({ id }) => id).toReversed())
      expect(ids(await of(producerId))).toEqual(stays.map(({ id }) => id).toReversed())
    })

    async function linked(imageId: string, expiresAt = at(60)): Promise<InvitationLink> {
      const projectId = 'consumer'
      const unused = { answer: null, answeredAt: null }
      const link = { id: randomUUID(), imageId, projectId, expiresAt, ...unused }
      await records.write((transaction) => transaction.insertInvitationLink(link))
      return link
    }

    test('a link of an invitation is used once, and goes with the share', async () => {
      const { id: imageId } = await shared()
      const link = await linked(imageId)
      const other = { ...link, projectId: 'another' }
      await records.write((transaction) => transaction.insertInvitationLink(other))
      expect(await records.findInvitationLink(link.id)).toEqual(link)
      const use = (answer: 'accepted' | 'rejected') =>
        records.write((transaction) => transaction.useInvitationLink(link.id, answer, at(2)))
      expect([await use('rejected'), await use('accepted')]).toEqual([true, false])
      const used = { ...link, answer: 'rejected', answeredAt: at(2) }
      expect(await records.findInvitationLink(link.id)).toEqual(used)
      await records.write((transaction) => transaction.deleteMember(imageId, 'consumer', at(3)))
      expect(await records.findInvitationLink(link.id)).toBeUndefined()
      expect(await use('accepted')).toBe(false)
    })

    test('of many who use a link at once, one does', async () => {
      const { id: imageId } = await shared()
      const link = await linked(imageId)
      const used = await Promise.all(
        Array.from({ length: 8 }, () =>
          records.write((transaction) => transaction.useInvitationLink(link.id, 'accepted', at(2))),
        ),
      )
      expect(used.filter((one) => one)).toHaveLength(1)
    })

    test('digest entries wait until they are ended, and do not come again', async () => {
      const image = imageFacts(await shared())
      const entry = (id: string, contactId: string, minute: number): DigestEntry => ({
        id,
        contactId,
        notice: { kind: 'revoked', image },
        createdAt: at(minute),
      })
      const entries = [
        entry('1', 'a', 1),
        entry('2', 'a', 2),
        entry('3', 'a', 9),
        entry('4', 'b', 1),
      ]
      const insert = () =>
        records.write(async (transaction) => {
          for (const one of entries) await transaction.insertDigestEntry(one)
        })
      await insert()
      expect([...(await records.contactsWithDigest(at(5), 10))].sort()).toEqual(['a', 'b'])
      expect(await records.contactsWithDigest(at(1), 10)).toEqual([])
      expect(await records.findDigest('a', at(5), 1)).toEqual({ entries: [entries[0]], count: 2 })
      await records.write((transaction) => transaction.endDigest('a', at(5)))
      await insert()
      expect(await records.contactsWithDigest(at(5), 10)).toEqual(['b'])
      expect(await records.findDigest('a', at(60), 9)).toEqual({ entries: [entries[2]], count: 1 })
    })

    const take = (key: string, now: Date, minutes: number) =>
      records.write((transaction) =>
        transaction.takeRate(key, now, new Date(now.getTime() + minutes * 60_000)),
      )

    test('a rate counts from one again when its time is over, also with many at once', async () => {
      const counts = await Promise.all(Array.from({ length: 10 }, () => take('key', at(0), 5)))
      expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
      ])
      expect(await take('key', at(4), 5)).toEqual({ count: 11, endsAt: at(5) })
      expect(await take('other', at(4), 5)).toEqual({ count: 1, endsAt: at(9) })
      expect(await take('key', at(5), 5)).toEqual({ count: 1, endsAt: at(10) })
    })

    test('forgetExpired() removes what is over, and nothing else', async () => {
      const { id: imageId } = await shared()
      const [over, good] = [await linked(imageId, at(5)), await linked(imageId, at(6))]
      const old = await asked(imageId, { createdAt: at(1) })
      const verified = await asked(imageId, { createdAt: at(1), status: 'declined' })
      const young = await asked(imageId, { createdAt: at(2) })
      await take('key', at(0), 5)
      await take('later', at(0), 6)
      await records.forgetExpired(at(5), at(2))
      expect(await records.findInvitationLink(over.id)).toBeUndefined()
      expect(await records.findInvitationLink(good.id)).toEqual(good)
      expect(await records.findRequest(old.id)).toBeUndefined()
      expect(await records.findRequest(verified.id)).toEqual(verified)
      expect(await records.findRequest(young.id)).toEqual(young)
      expect((await take('key', at(0), 5)).count).toBe(1)
      expect((await take('later', at(0), 5)).count).toBe(2)
    })

    test('an address that is muted can be heard of again', async () => {
      const email = 'a@b.example'
      await records.write((transaction) => transaction.insertMute(email))
      const end = () => records.write((transaction) => transaction.deleteMute(email))
      expect([await records.isMuted(email), await end(), await end()]).toEqual([true, true, false])
      expect(await records.isMuted(email)).toBe(false)
    })
  })
}
