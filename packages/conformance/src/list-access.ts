/**
 * Which images a list shows to whom, as a table and as tests of it.
 *
 * The caller is a consumer: a project with images of its own, to which others have shared some of
 * theirs. Or it is an admin, of the project `cloud`.
 */
import { type MemberStatus, memberStatuses, type Visibility, visibilities } from '@vitrine/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTable } from './text-table.ts'

export type ListedImage = {
  readonly name: string
  readonly owner: 'consumer' | 'producer' | 'cloud' | null
  readonly visibility: Visibility
  readonly hidden: boolean
  /** What the consumer has answered; absent where it is no member. */
  readonly answer?: MemberStatus
}

export type ListCaller = 'consumer' | 'admin' | 'role-less'

/** The words of the query. */
export type ListWords = {
  readonly visibility?: Visibility | 'all'
  readonly memberStatus?: MemberStatus | 'all'
  readonly hidden?: boolean
  readonly owner?: 'consumer' | 'producer'
}

export type ListHarness = {
  keep(image: ListedImage): Promise<void>
  /** @returns the names of the images listed, or the status code of a refusal. */
  list(caller: ListCaller, words: ListWords): Promise<readonly (string | null)[] | string>
  close(): Promise<void>
}

/**
 * `sh` stands for the images that others share with the consumer and that it has answered as
 * `member_status` says. An admin's list looks at nobody's answers, so it names them `answered`.
 * The groups without "own" are of other projects, or of none.
 */
const lists = parseTable(
  ['consumer', 'admin'],
  `
    visibility  consumer                    admin
    absent      own, public, sh             own public, own shared, own private, public, unanswered, answered, private, cloud community
    public      own public, public          own public, public
    community   own community, community    own community, community
    shared      own shared, sh              own shared, unanswered, answered
    private     own private                 own private, private
    all         own, public, community, sh  own, public, community, unanswered, answered, private
  `,
)

type Group = (image: ListedImage, asked: MemberStatus | 'all') => boolean

const isOwn: Group = ({ owner }) => owner === 'consumer'
const own =
  (visibility: Visibility): Group =>
  (image) =>
    image.owner === 'consumer' && image.visibility === visibility
const others =
  (visibility: Visibility): Group =>
  (image) =>
    image.owner !== 'consumer' && image.visibility === visibility

const groups: Record<string, Group> = {
  own: isOwn,
  'own public': own('public'),
  'own community': own('community'),
  'own shared': own('shared'),
  'own private': own('private'),
  public: others('public'),
  community: others('community'),
  private: others('private'),
  answered: (image, asked) => others('shared')(image, asked) && image.answer !== undefined,
  unanswered: (image, asked) => others('shared')(image, asked) && image.answer === undefined,
  sh: (image, asked) =>
    others('shared')(image, asked) &&
    image.answer !== undefined &&
    (asked === 'all' || image.answer === asked),
  'cloud community': ({ owner, visibility }) => owner === 'cloud' && visibility === 'community',
}

/** Of every owner, visibility and answer, one image that lists show and one that is hidden. */
const world: readonly ListedImage[] = [false, true].flatMap((hidden) =>
  (['consumer', 'producer', 'cloud', null] as const).flatMap((owner) =>
    visibilities.flatMap((visibility) =>
      [undefined, ...memberStatuses].map((answer) => ({
        name: `${hidden ? 'hidden ' : ''}${owner ?? 'unowned'} ${visibility} ${answer ?? ''}`.trim(),
        owner,
        visibility,
        hidden,
        ...(answer !== undefined && { answer }),
      })),
    ),
  ),
)

function shown(cell: string, asked: MemberStatus | 'all', hidden: boolean): ListedImage[] {
  const named = cell.split(', ').map((word) => {
    const group = groups[word]
    if (group === undefined) throw new Error(`There is no group ${word}`)
    return group
  })
  return world.filter((image) => image.hidden === hidden && named.some((is) => is(image, asked)))
}

const names = (images: readonly ListedImage[]) => images.map(({ name }) => name).toSorted()

/** Call it once per face, from a test file of its own. */
export function describeListAccess(name: string, makeHarness: () => Promise<ListHarness>): void {
  describe(`${name} lists by the table of lists`, () => {
    let harness: ListHarness

    beforeAll(async () => {
      harness = await makeHarness()
      for (const image of world) await harness.keep(image)
    })
    afterAll(() => harness.close())

    async function namesListed(caller: ListCaller, words: ListWords) {
      const listed = await harness.list(caller, words)
      return Array.isArray(listed) ? listed.toSorted() : listed
    }

    for (const { name: visibility, cells } of lists) {
      const choice = [...visibilities, 'all' as const].find((one) => one === visibility)
      const asked = { ...(choice !== undefined && { visibility: choice }) }

      describe(`visibility ${visibility}`, () => {
        for (const caller of ['consumer', 'admin'] as const) {
          const cell = cells.get(caller) ?? ''

          test(`shows ${caller === 'admin' ? 'an admin' : 'a consumer'} ${cell}`, async () => {
            for (const hidden of [false, true]) {
              const words = { ...asked, hidden }
              expect(await namesListed(caller, words)).toEqual(
                names(shown(cell, 'accepted', hidden)),
              )
              for (const memberStatus of [...memberStatuses, 'all'] as const) {
                expect(await namesListed(caller, { ...words, memberStatus })).toEqual(
                  names(shown(cell, memberStatus, hidden)),
                )
              }
            }
          })

          test(`shows ${caller} the same with an owner, less what others own`, async () => {
            for (const owner of ['consumer', 'producer'] as const) {
              const all = shown(cell, 'accepted', false)
              expect(await namesListed(caller, { ...asked, owner })).toEqual(
                names(all.filter((image) => image.owner === owner)),
              )
            }
          })
        }

        test('is forbidden to a caller without the role of a reader', async () => {
          expect(await harness.list('role-less', asked)).toBe('403')
        })
      })
    }
  })
}
