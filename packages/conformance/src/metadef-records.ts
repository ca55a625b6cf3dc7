/** Every promise of `MetadefRecords`, as tests. */
import { randomUUID } from 'node:crypto'
import {
  type MetadefItem,
  type MetadefKind,
  type MetadefNamespace,
  type MetadefRecords,
  metadefKinds,
  type NamespaceListQuery,
  type NamespaceSortField,
  namespaceSortFields,
  type Records,
} from '@vitrine/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { nameOf, someEvent } from './event-outbox.ts'

export type OpenMetadefRecords = {
  readonly metadefs: MetadefRecords
  /** The records on the same database, whose outbox the events of changes go into. */
  readonly records: Records
  close(): Promise<void>
}

export type MetadefRecordsHarness = {
  /** Opens the records under test as another process would. All openings see the same. */
  open(): Promise<OpenMetadefRecords>
  /** Whether several processes may have them open at the same time. */
  readonly severalProcesses: boolean
  close(): Promise<void>
}

const at = (ms: number) => new Date(Date.UTC(2030, 0, 1) + ms)

/** Text that is easily kept wrong. */
const oddTexts = [
  '',
  ' ',
  "'; drop table x; --",
  '%_\\',
  '𝒳'.repeat(80),
  'e\u0301',
  'é',
  'É',
  'null',
]

function someNamespace(changes: Partial<MetadefNamespace> = {}): MetadefNamespace {
  return {
    id: randomUUID(),
    name: `Some::${randomUUID()}`,
    displayName: null,
    description: null,
    visibility: 'public',
    protected: false,
    owner: 'owner',
    createdAt: at(0),
    updatedAt: at(1),
    ...changes,
  }
}

function someItem(kind: MetadefKind, name: string, body: MetadefItem['body'] = {}): MetadefItem {
  return { kind, name, body, createdAt: at(2), updatedAt: at(3) }
}

/** Call it once per adapter, from the adapter's own test file. */
export function describeMetadefRecords(
  name: string,
  makeHarness: () => Promise<MetadefRecordsHarness>,
): void {
  describe(`${name} keeps the promises of MetadefRecords`, () => {
    let harness: MetadefRecordsHarness
    let metadefs: MetadefRecords
    let records: Records

    beforeEach(async () => {
      harness = await makeHarness()
      const open = await harness.open()
      metadefs = open.metadefs
      records = open.records
    })
    afterEach(() => harness.close())

    const insert = (namespace: MetadefNamespace, ...items: MetadefItem[]) =>
      metadefs.write(async (transaction) => {
        if (!(await transaction.insertNamespace(namespace))) return false
        expect(await transaction.insertItems(namespace.id, items)).toBeUndefined()
        return true
      })
    const keep = async (changes: Partial<MetadefNamespace>, ...items: MetadefItem[]) => {
      const namespace = someNamespace(changes)
      expect(await insert(namespace, ...items)).toBe(true)
      return namespace
    }
    const itemsOf = async ({ id }: MetadefNamespace, kinds: readonly MetadefKind[]) =>
      (await metadefs.listItems([id], kinds)).get(id) ?? []

    describe('a namespace', () => {
      test('is kept with all that is said of it', async () => {
        for (const text of oddTexts) {
          const fields = { displayName: text, description: text, owner: text }
          const namespace = await keep({ ...fields, name: `n${text}`, protected: true })
          expect(await metadefs.findNamespace(namespace.name)).toEqual(namespace)
        }
        const bare = await keep({ owner: null, visibility: 'private' })
        expect(await metadefs.findNamespace(bare.name)).toEqual(bare)
        expect(await metadefs.findNamespace('nothing')).toBeUndefined()
      })

      test('has its name to itself, letter case and every code point included', async () => {
        const namespace = await keep({ name: 'Name' })
        expect(await insert(someNamespace({ name: 'Name', description: 'other' }))).toBe(false)
        expect(await metadefs.findNamespace('Name')).toEqual(namespace)
        await keep({ name: 'name' })
        await keep({ name: 'Caf\u00e9' })
        await keep({ name: 'Cafe\u0301' })
        expect((await metadefs.findNamespace('name'))?.id).not.toBe(namespace.id)
      })

      test('is replaced whole, under another name if that is free', async () => {
        const namespace = await keep({ description: 'old' }, someItem('tag', 'kept'))
        const other = await keep({})
        const save = (changes: Partial<MetadefNamespace>) =>
          metadefs.write((transaction) => transaction.saveNamespace({ ...namespace, ...changes }))
        const renamed = { name: 'New', description: null, updatedAt: at(9) }
        expect(await save(renamed)).toBe(true)
        expect(await metadefs.findNamespace('New')).toEqual({ ...namespace, ...renamed })
        expect(await metadefs.findNamespace(namespace.name)).toBeUndefined()
        expect(await itemsOf(namespace, ['tag'])).toHaveLength(1)
        const taken = metadefs.write(async (transaction) => {
          const saved = await transaction.saveNamespace({ ...namespace, name: other.name })
          if (!saved) throw new Error('taken')
        })
        await expect(taken).rejects.toThrow('taken')
        expect(await metadefs.findNamespace(other.name)).toEqual(other)
        expect((await metadefs.findNamespace('New'))?.id).toBe(namespace.id)
      })

      test('goes with everything in it, and with nothing else', async () => {
        const items = metadefKinds.flatMap((kind) =>
          Array.from({ length: 1500 }, (_, i) => someItem(kind, `${kind} ${i}`)),
        )
        const namespace = await keep({}, ...items)
        const other = await keep({}, someItem('tag', 'tag 1'))
        await metadefs.write((transaction) => transaction.deleteNamespace(namespace.id))
        expect(await metadefs.findNamespace(namespace.name)).toBeUndefined()
        expect(await itemsOf(namespace, metadefKinds)).toEqual([])
        expect(await metadefs.findItem(namespace.id, 'tag', 'tag 1')).toBeUndefined()
        expect(await itemsOf(other, ['tag'])).toHaveLength(1)
        await keep({ name: namespace.name })
      })
    })

    describe('listNamespaces()', () => {
      const everything: NamespaceListQuery = {
        projectId: undefined,
        sort: { field: 'createdAt', direction: 'desc' },
        after: undefined,
        limit: 3,
      }
      const namespaces = Array.from({ length: 20 }, (_, i) =>
        someNamespace({
          name: `N${(i * 7) % 20}`,
          displayName: [null, '', 'b', 'B', 'é', '𝒳'][i % 6] ?? null,
          description: i % 4 === 0 ? null : `d${i % 4}`,
          visibility: i % 2 === 0 ? 'public' : 'private',
          protected: i % 3 === 0,
          owner: [null, 'mine', 'theirs'][i % 3] ?? null,
          createdAt: at(i % 5),
          updatedAt: at((i * 3) % 7),
        }),
      )

      beforeEach(async () => {
        for (const [i, namespace] of namespaces.entries()) {
          const types = i % 4 === 0 ? ['A', 'B'] : i % 4 === 1 ? ['B'] : []
          await insert(namespace, ...types.map((type) => someItem('association', type)))
        }
      })

      async function allPages(query: NamespaceListQuery): Promise<readonly MetadefNamespace[]> {
        const all: MetadefNamespace[] = []
        let after = query.after
        while (all.length < 100) {
          const page = await metadefs.listNamespaces({ ...query, after })
          expect(page.length).toBeLessThanOrEqual(query.limit)
          all.push(...page)
          after = page.at(-1)
          if (after === undefined || page.length < query.limit) return all
        }
        throw new Error('The list has no end')
      }
      const sortValue = (namespace: MetadefNamespace, field: NamespaceSortField) => {
        const value = namespace[field]
        return value instanceof Date || typeof value === 'boolean' ? Number(value) : (value ?? '')
      }
      const compare = (a: string | number, b: string | number) =>
        typeof a === 'number' ? a - Number(b) : Buffer.from(a).compare(Buffer.from(String(b)))

      test.each(namespaceSortFields)(
        'shows each once, sorted by %s in both directions',
        async (field) => {
          const ascending = await allPages({ ...everything, sort: { field, direction: 'asc' } })
          const descending = await allPages({ ...everything, sort: { field, direction: 'desc' } })
          expect(descending.toReversed()).toEqual(ascending)
          const byId = namespaces.toSorted((a, b) => compare(a.id, b.id))
          expect(ascending.toSorted((a, b) => compare(a.id, b.id))).toEqual(byId)
          const values = ascending.map((one) => sortValue(one, field))
          expect(values).toEqual(values.toSorted(compare))
        },
      )

      test('shows a project the public ones and its own', async () => {
        const names = async (query: Partial<NamespaceListQuery>) =>
          (await allPages({ ...everything, ...query })).map(({ name }) => name).toSorted()
        const namesOf = (shown: (one: MetadefNamespace) => boolean) =>
          namespaces
            .filter(shown)
            .map((one) => one.name)
            .toSorted()
        const isPublic = ({ visibility }: MetadefNamespace) => visibility === 'public'
        expect(await names({ projectId: 'mine' })).toEqual(
          namesOf((one) => isPublic(one) || one.owner === 'mine'),
        )
        expect(await names({ projectId: 'nobody' })).toEqual(namesOf(isPublic))
        expect(await names({ projectId: '' })).toEqual(namesOf(isPublic))
        expect(await names({ projectId: 'mine', visibility: 'private' })).toEqual(
          namesOf((one) => !isPublic(one) && one.owner === 'mine'),
        )
        expect(await names({ visibility: 'public' })).toEqual(namesOf(isPublic))
      })

      test('shows those about any of several types of resources, each once', async () => {
        const count = async (...resourceTypes: string[]) =>
          (await allPages({ ...everything, resourceTypes })).length
        expect([await count('A'), await count('B'), await count('A', 'B')]).toEqual([5, 10, 10])
        expect([await count('b'), await count('')]).toEqual([0, 0])
      })
    })

    describe('what stands in a namespace', () => {
      test('is kept as it is, in the order in which it was added, kind by kind', async () => {
        const body = { title: 'T', enum: [1, null, 'x'], odd: oddTexts, default: { a: [] } }
        const items = oddTexts.toReversed().map((text) => someItem('property', text, body))
        const namespace = await keep({}, ...items, someItem('tag', 'same'))
        const more = [someItem('object', 'same', body), someItem('association', 'same')]
        await metadefs.write((transaction) => transaction.insertItems(namespace.id, more))
        expect(await itemsOf(namespace, ['property'])).toEqual(items)
        expect(await itemsOf(namespace, metadefKinds)).toHaveLength(oddTexts.length + 3)
        for (const item of [...items, ...more]) {
          expect(await metadefs.findItem(namespace.id, item.kind, item.name)).toEqual(item)
        }
        expect(await metadefs.findItem(namespace.id, 'tag', 'Same')).toBeUndefined()
        expect(await metadefs.listItems([], metadefKinds)).toEqual(new Map())
      })

      test.each([1, 1500])(
        'is refused when one of %d names is taken, and names it',
        async (count) => {
          const namespace = await keep({}, someItem('tag', 'taken'))
          const names = Array.from({ length: count }, (_, i) => `t${i}`)
          const add = (all: readonly string[]) =>
            metadefs.write(async (transaction) => {
              const items = all.map((one) => someItem('tag', one))
              const taken = await transaction.insertItems(namespace.id, items)
              if (taken !== undefined) throw new Error(taken)
            })
          await expect(add([...names, 'taken'])).rejects.toThrow(/^taken$/)
          await expect(add([...names, 't0'])).rejects.toThrow(/^t0$/)
          expect(await itemsOf(namespace, ['tag'])).toHaveLength(1)
        },
      )

      test('is said anew and renamed, to a name that is free', async () => {
        const namespace = await keep({}, someItem('object', 'a'), someItem('object', 'b'))
        const save = (item: MetadefItem) =>
          metadefs.write((transaction) => transaction.saveItem(namespace.id, 'a', item))
        expect(await save(someItem('object', 'b'))).toBe(false)
        expect((await itemsOf(namespace, ['object'])).map((one) => one.name)).toEqual(['a', 'b'])
        const said = { ...someItem('object', 'a', { x: 1 }), updatedAt: at(7) }
        expect(await save(said)).toBe(true)
        expect(await metadefs.findItem(namespace.id, 'object', 'a')).toEqual(said)
        expect(await save({ ...said, name: 'c' })).toBe(true)
        expect((await itemsOf(namespace, ['object'])).map((one) => one.name)).toEqual(['c', 'b'])
      })

      test('is deleted alone, or with all of its kind', async () => {
        const items = metadefKinds.flatMap((kind) => [someItem(kind, 'a'), someItem(kind, 'b')])
        const namespace = await keep({}, ...items)
        const other = await keep({}, ...items)
        await metadefs.write(async (transaction) => {
          await transaction.deleteItem(namespace.id, 'tag', 'a')
          await transaction.deleteItems(namespace.id, 'object')
        })
        const left = (await itemsOf(namespace, metadefKinds)).map(({ kind, name }) => kind + name)
        expect(left.toSorted()).toEqual([
          'associationa',
          'associationb',
          'propertya',
          'propertyb',
          'tagb',
        ])
        expect(await itemsOf(other, metadefKinds)).toHaveLength(items.length)
      })
    })

    test('types of resources are known from their first association on, by name', async () => {
      const first = await keep({}, someItem('association', 'b'), someItem('association', 'a'))
      await keep({}, { ...someItem('association', 'b'), createdAt: at(99) })
      await metadefs.write((transaction) => transaction.deleteNamespace(first.id))
      const times = { createdAt: at(2), updatedAt: at(2) }
      expect(await metadefs.listResourceTypes()).toEqual([
        { name: 'a', ...times },
        { name: 'b', ...times },
      ])
    })

    test('types of resources are known by the ten thousand', async () => {
      const types = Array.from({ length: 12_000 }, (_, i) => someItem('association', `type ${i}`))
      await keep({}, ...types)
      expect(await metadefs.listResourceTypes()).toHaveLength(12_000)
    })

    describe('findDefinition()', () => {
      const onImages = (prefix?: string) =>
        someItem('association', 'Image', prefix === undefined ? {} : { prefix })
      const find = (property: string, projectId?: string) =>
        metadefs.findDefinition(projectId, 'Image', property)

      test('finds a property by the name that it has on the type of resource', async () => {
        const definition = { title: 'P' }
        await keep({ name: 'Prefixed' }, onImages('hw_'), someItem('property', 'p', definition))
        await keep(
          { name: 'Elsewhere' },
          someItem('association', 'Flavor'),
          someItem('property', 'q'),
        )
        expect(await find('hw_p')).toEqual({ namespace: 'Prefixed', definition })
        for (const name of ['p', 'hw_', 'HW_p', 'hw_P', 'q'])
          expect(await find(name)).toBeUndefined()
      })

      test('finds it in objects too, after what the namespace says itself', async () => {
        const properties = { p: { title: 'in object' }, 'o%_"\\': { title: 'odd' } }
        const object = someItem('object', 'o', { properties })
        await keep({ name: 'N' }, onImages(), object, someItem('property', 'p', { title: 'own' }))
        expect((await find('p'))?.definition).toEqual({ title: 'own' })
        expect((await find('o%_"\\'))?.definition).toEqual({ title: 'odd' })
        for (const name of ['o', 'title', 'properties', 'oxx"\\', '__proto__', 'constructor']) {
          expect(await find(name)).toBeUndefined()
        }
      })

      test('asks the oldest of the namespaces that the project may see', async () => {
        const closed = { visibility: 'private', owner: 'mine', createdAt: at(1) } as const
        await keep({ name: 'Young', createdAt: at(3) }, onImages(), someItem('property', 'p'))
        await keep({ name: 'Old', createdAt: at(2) }, onImages(), someItem('property', 'p'))
        await keep({ name: 'Closed', ...closed }, onImages(), someItem('property', 'p'))
        expect((await find('p'))?.namespace).toBe('Old')
        expect((await find('p', 'theirs'))?.namespace).toBe('Old')
        expect((await find('p', 'mine'))?.namespace).toBe('Closed')
      })
    })

    describe('write()', () => {
      test('keeps nothing of a work that throws, events included', async () => {
        await records.claimConsumer('mail')
        const namespace = await keep({}, someItem('tag', 'a'))
        const other = someNamespace()
        const failing = metadefs.write(async (transaction) => {
          await transaction.insertNamespace(other)
          await transaction.insertItems(other.id, [someItem('association', 'New')])
          await transaction.saveNamespace({ ...namespace, description: 'changed' })
          await transaction.deleteItems(namespace.id, 'tag')
          await transaction.insertEvents([someEvent('undone')])
          throw new Error('enough')
        })
        await expect(failing).rejects.toThrow('enough')
        expect(await metadefs.findNamespace(other.name)).toBeUndefined()
        expect(await metadefs.findNamespace(namespace.name)).toEqual(namespace)
        expect(await itemsOf(namespace, ['tag'])).toHaveLength(1)
        expect(await metadefs.listResourceTypes()).toEqual([])
        const done = Array.from({ length: 3500 }, (_, i) => someEvent(`done ${i}`))
        await metadefs.write((transaction) => transaction.insertEvents(done))
        const events = (await records.nextEvents('mail', 5000)) ?? []
        expect(events.map(({ event }) => nameOf(event))).toEqual(done.map(nameOf))
      })

      test('sees what it has changed itself', async () => {
        await metadefs.write(async (transaction) => {
          const namespace = someNamespace()
          await transaction.insertNamespace(namespace)
          await transaction.insertItems(namespace.id, [someItem('tag', 'a')])
          expect(await transaction.findNamespace(namespace.name)).toEqual(namespace)
          expect(await transaction.findItem(namespace.id, 'tag', 'a')).toBeDefined()
        })
      })
    })

    describe('processes that change one namespace at once', () => {
      let all: readonly MetadefRecords[]
      beforeEach(async () => {
        const second = harness.severalProcesses ? (await harness.open()).metadefs : metadefs
        all = [metadefs, second]
      })
      const twenty = <T>(work: (metadefs: MetadefRecords, i: number) => Promise<T>) =>
        Promise.all(Array.from({ length: 20 }, (_, i) => work(all[i % 2] ?? metadefs, i)))

      test('wait for each other from the moment they read it', async () => {
        const { name } = await keep({ description: '0' })
        await twenty((opening) =>
          opening.write(async (transaction) => {
            const found = await transaction.findNamespace(name)
            if (found === undefined) throw new Error('There is no namespace')
            const description = String(Number(found.description) + 1)
            expect(await transaction.saveNamespace({ ...found, description })).toBe(true)
          }),
        )
        expect((await metadefs.findNamespace(name))?.description).toBe('20')
      })

      test('give each name once', async () => {
        const created = await twenty((opening) =>
          opening.write((transaction) => transaction.insertNamespace(someNamespace({ name: 'N' }))),
        )
        expect(created.filter(Boolean)).toHaveLength(1)
        const found = await metadefs.findNamespace('N')
        if (found === undefined) throw new Error('There is no namespace')
        const refused = await twenty((opening) =>
          opening
            .write(async (transaction) => {
              const items = ['a', 'b'].map((one) => someItem('tag', one))
              const taken = await transaction.insertItems(found.id, items)
              if (taken !== undefined) throw new Error(taken)
            })
            .then(
              () => false,
              () => true,
            ),
        )
        expect(refused.filter(Boolean)).toHaveLength(19)
        expect((await itemsOf(found, ['tag'])).map((one) => one.name)).toEqual(['a', 'b'])
      })

      test('leave nothing in a namespace that one of them deletes', async () => {
        const namespace = await keep({ name: 'Doomed' })
        await twenty((opening, i) =>
          opening.write(async (transaction) => {
            const found = await transaction.findNamespace('Doomed')
            if (found === undefined) return
            if (i === 10) await transaction.deleteNamespace(found.id)
            else await transaction.insertItems(found.id, [someItem('tag', `t${i}`)])
          }),
        )
        expect(await metadefs.findNamespace('Doomed')).toBeUndefined()
        expect(await itemsOf(namespace, metadefKinds)).toEqual([])
      })
    })
  })
}
