/** What is asked over and over: each row is one line of the tables. */
import type { Supply } from '../load/run-load.ts'
import { requestBytes } from '../target/target.ts'
import type { World } from './world.ts'

export type RequestScenario = {
  readonly name: string
  readonly title: string
  /** How many images there are before it begins; `list` is measured among several numbers. */
  readonly images: number
  readonly needsConsumer?: boolean
  /** @returns what to send, from the first to the last. */
  supply(world: World): Supply
}

/** @param listSizes among how many images lists are measured, the smallest first. */
export function requestScenarios(listSizes: readonly number[]): readonly RequestScenario[] {
  const ordinary = listSizes.find((size) => size >= 2000) ?? listSizes.at(-1) ?? 2000
  return [
    ...listSizes.filter((size) => size < ordinary).map(listAmong),
    listAmong(ordinary),
    ...ordinaryScenarios(ordinary),
    ...listSizes.filter((size) => size > ordinary).map(listAmong),
  ]
}

function listAmong(images: number): RequestScenario {
  const among = images.toLocaleString('en')
  return {
    name: `list-${images}`,
    title: `list 25 of ${among} images`,
    images,
    supply: ({ target }) => always(requestBytes(target, 'GET', '/v2/images?limit=25')),
  }
}

function ordinaryScenarios(images: number): readonly RequestScenario[] {
  return [
    {
      name: 'show',
      title: 'show an image',
      images,
      supply: ({ target, images }) =>
        inTurn(images.slice(0, 1000).map((id) => requestBytes(target, 'GET', `/v2/images/${id}`))),
    },
    {
      name: 'list-by-name',
      title: `list by name among ${images.toLocaleString('en')}`,
      images,
      supply: (world) => {
        const names = Array.from({ length: 500 }, (_, index) => world.nameAt(index * 7))
        return inTurn(
          names.map((name) => requestBytes(world.target, 'GET', `/v2/images?name=${name}`)),
        )
      },
    },
    {
      name: 'member-list',
      title: 'list 10 members of an image',
      images,
      supply: (world) =>
        inTurn(
          world
            .imagesWithMembers()
            .map((id) => requestBytes(world.target, 'GET', `/v2/images/${id}/members`)),
        ),
    },
    {
      name: 'pending-list',
      title: "a consumer's pending list",
      images,
      needsConsumer: true,
      supply: ({ target }) => {
        const path = '/v2/images?limit=25&visibility=shared&member_status=pending'
        return always(requestBytes(target, 'GET', path, { token: target.consumerToken ?? '' }))
      },
    },
    {
      name: 'create',
      title: 'create an image',
      images,
      supply: (world) => () => {
        const { id, request } = world.newImage()
        world.images.push(id)
        return request
      },
    },
    {
      name: 'share',
      title: 'share an image',
      images,
      needsConsumer: true,
      supply: (world) => () => {
        const id = world.nextUnshared()
        if (id === undefined) return world.shareAgain()
        world.offered(id)
        return world.share(id, world.consumerProject ?? '')
      },
    },
    {
      name: 'accept',
      title: 'accept an image',
      images,
      needsConsumer: true,
      supply: (world) => () => {
        const offer = world.nextOffer()
        if (offer === undefined) return undefined
        const path = `/v2/images/${offer.id}/members/${world.consumerProject}`
        const { target } = world
        const token = target.consumerToken ?? ''
        return requestBytes(target, 'PUT', path, { token, body: { status: offer.answer } })
      },
    },
  ]
}

function always(request: Buffer): Supply {
  return () => request
}

function inTurn(requests: readonly Buffer[]): Supply {
  let next = 0
  return () => requests[next++ % requests.length]
}
