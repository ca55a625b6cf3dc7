/** What the mail room does as time goes by: digests, links that end, and mails that are written once. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someImage } from '@vitrine/conformance'
import { describePostgres, freshPostgresDatabase } from '@vitrine/conformance/postgres'
import {
  type Contact,
  Contacts,
  type Image,
  InvitationAnswers,
  type LetterWriter,
  type Mail,
  MailRoom,
  SecretLinks,
  type SharingRules,
  type Wants,
  wantsAll,
  withEvents,
} from '@vitrine/core'
import { MailTemplates } from '@vitrine/mail'
import { imageRecords, openDatabase } from '@vitrine/records'
import { describe, expect, onTestFinished, test } from 'vitest'

const rules: SharingRules = {
  invitationDays: 14,
  proofDays: 3,
  mailsPerAddressPerDay: 10,
  strangersMailedPerProjectPerDay: 15,
  mailsPerContactPerDay: 3,
  logInsPerLinkPerHour: 10,
  logInsPerNetworkPerHour: 10,
  requestsPerAddressPerDay: 10,
  requestsPerNetworkPerDay: 10,
  requestsPerImagePerDay: 10,
}
const writer: LetterWriter = new MailTemplates(undefined)
const at = (day: number, hour: number, minute = 0) => new Date(Date.UTC(2030, 0, day, hour, minute))

/** A service without its doors, on a clock that is set by hand. */
async function openWorld(databaseUrl: string, from = at(1, 4)) {
  const database = await openDatabase(databaseUrl)
  onTestFinished(() => database[Symbol.asyncDispose]())
  let now = from
  const clock = { now: () => now }
  const records = withEvents(imageRecords(database), clock)
  const links = new SecretLinks(await records.linkKey())
  const publicUrl = () => 'https://images.example'
  const parts = { records, links, clock, publicUrl, rules, defaultLanguage: 'en' } as const
  const room = new MailRoom({
    ...parts,
    writer,
    carrier: undefined,
    digestHour: 6,
    onError: (error) => expect.unreachable(String(error)),
  })
  let place = 0
  let told: Parameters<MailRoom['write']>[0] = []

  const world = {
    records,
    room,
    invitations: new InvitationAnswers(parts),
    contacts: new Contacts(parts),
    passTo(time: Date) {
      now = time
    },
    /** Has the mails of all that happened since the last time written. */
    async tell() {
      const placed = await records.eventsAfter(place, 1000)
      place = placed.at(-1)?.place ?? place
      told = placed.map(({ event }) => event)
      await room.write(told)
    },
    /** As after a crash: the same events once more. */
    tellAgain: () => room.write(told),
    async mails(): Promise<readonly Mail[]> {
      const found = await records.listMails({ after: undefined, limit: 1000 })
      return found.map(({ mail }) => mail).toReversed()
    },
    async contact(wants: Partial<Wants> = {}, fields: Partial<Contact> = {}): Promise<Contact> {
      const contact: Contact = {
        id: randomUUID(),
        projectId: 'consumer',
        email: `${randomUUID()}@consumer.example`,
        language: 'en',
        proven: true,
        wants: { ...wantsAll, ...wants },
        createdAt: now,
        updatedAt: now,
        ...fields,
      }
      await records.write((transaction) => transaction.saveContact(contact))
      return contact
    },
    async share(name: string, projectId = 'consumer'): Promise<Image> {
      const image = someImage({ id: randomUUID(), name, owner: 'producer', visibility: 'shared' })
      await records.write(async (transaction) => {
        await transaction.insertImage(image)
        const times = { createdAt: now, updatedAt: now }
        const member = { imageId: image.id, projectId, status: 'pending', ...times } as const
        await transaction.insertMember(member)
      })
      return image
    },
    async answer(image: Image, status: 'accepted' | 'rejected') {
      await records.write(async (transaction) => {
        const member = await transaction.findMember(image.id, 'consumer')
        if (member !== undefined) await transaction.saveMember({ ...member, status })
      })
    },
    async save(image: Image) {
      await records.write((transaction) => transaction.saveImage(image))
    },
  }
  return world
}

function tokenIn({ text }: Mail, page: string): string {
  return new RegExp(`/mail/${page}/(\\S+)`).exec(text)?.[1] ?? ''
}

function describeMailRoom(name: string, freshUrl: () => Promise<string>) {
  describe(`the mail room, on ${name}`, () => {
    test('writes one mail a day of what is to come daily, at the hour, with all of it', async () => {
      const world = await openWorld(await freshUrl())
      const contact = await world.contact({ shared: 'daily', reminder: 'daily' })
      for (const name of ['one', 'two', 'three', 'four']) await world.share(name)
      await world.tell()
      world.passTo(at(1, 5, 59))
      await world.room.writeDigests()
      expect(await world.mails()).toEqual([])
      world.passTo(at(1, 6))
      await world.room.writeDigests()
      await world.room.writeDigests()
      // An event that is delivered once more comes in no second digest.
      await world.tellAgain()
      await world.share('five')
      await world.tell()
      world.passTo(at(1, 23))
      await world.room.writeDigests()
      expect(await world.mails()).toMatchObject([
        { kind: 'digest', to: contact.email, status: 'waiting' },
      ])
      // Long after it was due, as where the service did not run.
      world.passTo(at(4, 3))
      await world.room.writeDigests()
      const [first, second, ...more] = await world.mails()
      expect(first?.text.match(/^\* .*$/gm)).toEqual(
        ['one', 'two', 'three', 'four'].map(
          (one) => `* Image “${one}” is shared with your project`,
        ),
      )
      expect(second?.text.match(/^\* .*$/gm)).toEqual([
        '* Image “five” is shared with your project',
      ])
      expect(more).toEqual([])
    })

    test('says in a digest how much more there is, and leaves out what is wanted no more', async () => {
      const world = await openWorld(await freshUrl())
      const contact = await world.contact({ shared: 'daily', revoked: 'daily' })
      for (let i = 0; i < 60; i++) await world.share(`image ${i}`)
      await world.tell()
      world.passTo(at(1, 7))
      await world.room.writeDigests()
      const [digest] = await world.mails()
      expect(digest?.subject).toBe('News of your images: 60')
      expect(digest?.text.match(/^\* /gm)).toHaveLength(50)
      expect(digest?.text).toContain('And 10 more')

      await world.share('unwanted')
      await world.tell()
      const wants = { ...contact.wants, shared: 'never' } as const
      await world.records.write((transaction) => transaction.saveContact({ ...contact, wants }))
      const gone = await world.contact({ shared: 'daily' })
      await world.share('for nobody')
      await world.tell()
      await world.records.write((transaction) => transaction.deleteContact(gone.id))
      world.passTo(at(2, 7))
      await world.room.writeDigests()
      expect(await world.mails()).toHaveLength(1)
    })

    test('ends the daily mail by its own link, and leaves what comes at once', async () => {
      const world = await openWorld(await freshUrl())
      const { id } = await world.contact({ shared: 'daily', answer: 'daily', request: 'never' })
      await world.share('one')
      await world.tell()
      world.passTo(at(1, 7))
      await world.room.writeDigests()
      const [digest] = await world.mails()
      if (digest === undefined) throw new Error('There is no digest')
      expect(await world.contacts.unsubscribe(tokenIn(digest, 'unsubscribe'))).toBe(true)
      expect((await world.records.findContact(id))?.wants).toEqual({
        ...wantsAll,
        shared: 'never',
        answer: 'never',
        request: 'never',
      })
    })

    test('keeps what would flood a contact for its digest', async () => {
      const world = await openWorld(await freshUrl())
      await world.contact()
      for (let i = 0; i < 5; i++) await world.share(`image ${i}`)
      await world.tell()
      expect(await world.mails()).toHaveLength(3)
      world.passTo(at(1, 6))
      await world.room.writeDigests()
      const mails = await world.mails()
      expect(mails.at(-1)?.text.match(/^\* .*$/gm)).toEqual([
        '* Image “image 3” is shared with your project',
        '* Image “image 4” is shared with your project',
      ])
      // What was counted yesterday counts no more.
      world.passTo(at(2, 4, 1))
      await world.share('today')
      await world.tell()
      expect((await world.mails()).at(-1)?.kind).toBe('shared')
    })

    test('lets no project send its words to the world, nor many to one mailbox by many names', async () => {
      const world = await openWorld(await freshUrl())
      const by = (projectId: string) => ({ userId: 'u', projectId, roles: new Set(['member']) })
      const name = async (projectId: string, email: string) => {
        const { id } = await world.contacts.add(by(projectId), { email })
        await world.contacts.delete(by(projectId), id)
      }
      for (let i = 0; i < 12; i++) await name('one', `victim+${i}@consumer.example`)
      for (let i = 0; i < 12; i++) await name('one', `${i}@consumer.example`)
      await name('another', 'someone@consumer.example')
      await world.tell()
      const waiting = (await world.mails()).filter(({ status }) => status === 'waiting')
      expect(waiting.filter(({ to }) => to.startsWith('victim'))).toHaveLength(10)
      expect(waiting).toHaveLength(16)
      expect(waiting.at(-1)?.to).toBe('someone@consumer.example')
    })

    test('writes each mail once, however often its event comes', async () => {
      const world = await openWorld(await freshUrl())
      await world.contact()
      await world.share('once')
      await world.tell()
      const before = await world.mails()
      for (let i = 0; i < 20; i++) await world.tellAgain()
      expect(await world.mails()).toEqual(before)
      expect(before).toHaveLength(1)
      // Nor is it counted as a mail: the next ones come at once.
      await world.share('another')
      await world.tell()
      expect((await world.mails()).map(({ kind }) => kind)).toEqual(['shared', 'shared'])
    })

    test('tells those who accepted an image that it is deactivated, back, or deprecated', async () => {
      const world = await openWorld(await freshUrl())
      await world.contact({ shared: 'never' })
      const [used, unused] = [await world.share('used'), await world.share('unused')]
      await world.answer(used, 'accepted')
      for (const image of [used, unused]) {
        await world.save({ ...image, status: 'active' })
        await world.save({ ...image, status: 'deactivated' })
        await world.save({ ...image, status: 'active' })
        await world.save({ ...image, status: 'active', hidden: true })
      }
      await world.tell()
      expect((await world.mails()).map(({ subject }) => subject)).toEqual([
        'Image “used” cannot be booted for now',
        'Image “used” can be booted again',
        'Image “used” is deprecated',
      ])
    })

    test('sends links that end when they said', async () => {
      const world = await openWorld(await freshUrl())
      await world.contact()
      const image = await world.share('link')
      await world.share('taken back')
      await world.tell()
      const [mail] = await world.mails()
      if (mail === undefined) throw new Error('There is no mail')
      const token = tokenIn(mail, 'invitation')
      expect(await world.invitations.show(token)).toMatchObject({ state: 'open', image })
      world.passTo(at(15, 3, 59))
      expect(await world.invitations.show(token)).toMatchObject({ state: 'open' })
      world.passTo(at(15, 4))
      expect(await world.invitations.show(token)).toEqual({ state: 'expired' })
      const identity = { logIn: async () => expect.unreachable('nobody is asked to log in') }
      const typed = { userName: 'u', domainName: 'd', password: 'p', network: 'n' }
      await expect(
        world.invitations.answer(token, typed, 'accepted', identity),
      ).rejects.toMatchObject({ code: 'gone' })
      await world.records.forgetExpired(at(15, 4), at(12, 4))
      expect(await world.invitations.show(token)).toEqual({ state: 'expired' })
    })

    test('sends links that prove an address for some days only', async () => {
      const world = await openWorld(await freshUrl())
      const actor = { userId: 'u', projectId: 'consumer', roles: new Set(['member']) }
      await world.contacts.add(actor, { email: 'late@consumer.example' })
      await world.tell()
      const [mail] = await world.mails()
      const token = mail === undefined ? '' : tokenIn(mail, 'prove')
      expect(await world.contacts.addressOf(token)).toBe('late@consumer.example')
      world.passTo(at(4, 4))
      expect(await world.contacts.addressOf(token)).toBeUndefined()
      expect(await world.contacts.prove(token)).toBe(false)
    })
  })
}

describeMailRoom('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'mail-room-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return `sqlite:${join(directory, 'vitrine.sqlite')}`
})

describePostgres('with a server', () => {
  describeMailRoom('PostgreSQL', freshPostgresDatabase)

  test('two processes that write digests at the same time write one', async () => {
    const url = await freshPostgresDatabase()
    const [first, second] = [await openWorld(url), await openWorld(url)]
    await first.contact({ shared: 'daily' })
    await first.share('one')
    await Promise.all([first.tell(), second.tell()])
    first.passTo(at(1, 7))
    second.passTo(at(1, 7))
    await Promise.all([first.room.writeDigests(), second.room.writeDigests()])
    await first.room.release()
    await second.room.writeDigests()
    expect(await first.mails()).toMatchObject([{ kind: 'digest' }])
  })
})
