/**
 * Every operation that our OpenAPI document names, and those of the Identity API, asked for what
 * nobody would think of: there is always an answer, it is never the server's fault, every refusal
 * can be read by clients, and every answer is one that the document describes.
 *
 * FUZZ_RUNS says how many requests to try of each operation; FUZZ_SEED tries the same ones again.
 * The seed stands in the report of a failure.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiDescription, imagesApi, openApiDocument, sharingApi } from '@vitrine/wire'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { expectAsDocumented } from './documented-answers.ts'
import { encode } from './fuzz-values.ts'
import type { Answer } from './http-client.ts'
import { identityOperations } from './identity-operations.ts'
import { activeImage, createImage, share } from './image-requests.ts'
import { stage } from './import-requests.ts'
import {
  type ApiOperation,
  type FuzzedRequest,
  operationsOf,
  requestFor,
} from './openapi-requests.ts'
import {
  type Accept,
  accepts,
  expectImagesError,
  expectKeystoneError,
  expectProblem,
} from './readable-errors.ts'
import { describeOnBothDatabases, type TestService } from './start-test-service.ts'
import { importOf } from './task-requests.ts'
import { fetchFromThisMachine, severalStores } from './web-server.ts'

const numRuns = Number(process.env.FUZZ_RUNS ?? 3)
const seed = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) }
/** Far longer than any answer takes on a busy machine, and shorter than the test's own limit. */
const longestAnswerMs = 20_000
const testMs = Math.max(60_000, numRuns * 2000)

/** Where more can be said, more can go wrong. */
function runsFor({ requestBody, parameters }: ApiOperation): number {
  const isRich = requestBody !== undefined || parameters.length > 3
  return isRich ? numRuns * 4 : numRuns
}

const formats = { diskFormats: ['raw', 'qcow2'], containerFormats: ['bare', 'ovf'] }
const documented = (api: ApiDescription) =>
  operationsOf(JSON.parse(JSON.stringify(openApiDocument('', api))))
const imageOperations = documented(imagesApi(formats))
const sharingOperations = documented(sharingApi)

/** Mostly those who may do it, since they come further. */
function callersOf({ summary }: ApiOperation): fc.Arbitrary<string> {
  const likely = summary.includes('for admins') ? ['adm'] : ['own', 'own', 'adm']
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...likely) },
    { weight: 1, arbitrary: fc.constantFrom('ownR', 'mem, pending', 'non', 'svc', 'unscoped') },
  )
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

type Tried = {
  readonly request: FuzzedRequest
  readonly as: string
  readonly accept: Accept
}

const asked = (operation: ApiOperation): fc.Arbitrary<Tried> =>
  fc.record({
    request: requestFor(operation),
    as: callersOf(operation),
    accept: fc.constantFrom(...accepts),
  })

/** The names that stand in paths, by the parameter's. */
type Names = Readonly<Record<string, readonly string[]>>

test('the documents have every operation', () => {
  expect(imageOperations).toHaveLength(imagesApi(formats).operations.length)
  expect(sharingOperations).toHaveLength(sharingApi.operations.length)
})

/** All that can be switched on is, so that there is more to go wrong. */
const settings = {
  VITRINE_CACHE__DIRECTORY: mkdtempSync(join(tmpdir(), 'vitrine-cache-')),
  ...severalStores(),
  ...fetchFromThisMachine,
  VITRINE_IMAGES__SHOW_LOCATIONS: 'true',
  VITRINE_IMAGES__SHOW_DIRECT_URL: 'true',
  VITRINE_IMPORTS__METHODS: 'glance-direct,web-download,copy-image,glance-download',
  VITRINE_LIMITS__BYTES_PER_PROJECT: '1000000',
  VITRINE_LIMITS__IMAGES_PER_PROJECT: '100000',
}

describeOnBothDatabases('fuzzing', settings, (service) => {
  let names: Names

  async function send(operation: ApiOperation, tried: Tried): Promise<Answer> {
    const { request, as, accept } = tried
    return withinTime(
      service().ask(request.method, urlOf(operation, request, names), {
        as,
        headers: { ...request.headers, ...(accept !== '' && { accept }) },
        body: withNames(request.body, names),
      }),
    )
  }

  async function tryAll(
    operation: ApiOperation,
    check: (answer: Answer, tried: Tried) => void,
  ): Promise<void> {
    await fc.assert(
      fc.asyncProperty(asked(operation), async (tried) => {
        check(await send(operation, tried), tried)
      }),
      { numRuns: runsFor(operation), ...seed },
    )
  }

  describe('the Images API', () => {
    const succeeded = new Set<ApiOperation>()
    beforeEach(async () => {
      names = await someNames(service())
    })

    test.each(imageOperations.map((one) => [one.method, one.path, one] as const))(
      '%s %s',
      async (_method, _path, operation) => {
        await tryAll(operation, (answer, { request, accept }) => {
          const saysWhy = request.method !== 'HEAD'
          if (answer.status >= 400 && saysWhy) expectImagesError(answer, accept)
          if (answer.status < 300) succeeded.add(operation)
          // With a part that is no name, the path is another one.
          if (!isPlain(request)) return
          expectAsDocumented(answer, operation)
          expect(answer.status).not.toBe(401)
          expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/)
        })
      },
      testMs,
    )

    test(
      'any method on any path',
      async () => {
        const anywhere = fc
          .tuple(fc.constantFrom(...imageOperations), fc.constantFrom(...methods))
          .chain(([operation, method]) =>
            asked({ ...operation, method }).map((tried) => [operation, tried] as const),
          )
        await fc.assert(
          fc.asyncProperty(anywhere, async ([operation, tried]) => {
            const answer = await send(operation, tried)
            const isRefused = answer.status >= 400 && tried.request.method !== 'HEAD'
            if (isRefused) expectImagesError(answer, tried.accept)
          }),
          { numRuns: numRuns * 20, ...seed },
        )
      },
      testMs,
    )

    test('has done many of the things that it was asked for', () => {
      expect(succeeded.size).toBeGreaterThan(imageOperations.length * 0.4)
    })
  })

  describe('the sharing API', () => {
    beforeEach(async () => {
      names = await someNames(service())
    })

    test.each(sharingOperations.map((one) => [one.method, one.path, one] as const))(
      '%s %s',
      async (_method, _path, operation) => {
        await tryAll(operation, (answer, { request }) => {
          if (answer.status >= 400) expectProblem(answer)
          if (!isPlain(request)) return
          expectAsDocumented(answer, operation)
          expect(answer.status).not.toBe(401)
        })
      },
      testMs,
    )
  })

  describe('the Identity API', () => {
    beforeEach(async () => {
      names = await someAccounts(service())
    })

    test.each(identityOperations.map((one) => [one.method, one.path, one] as const))(
      '%s %s',
      async (_method, path, operation) => {
        await tryAll(operation, (answer, { request }) => {
          if (answer.status >= 400) expectKeystoneError(answer)
          // Elsewhere 401 says that a password or a token in the request itself is wrong.
          const tellsOnlyTheCaller = !/\/(auth\/tokens|password)$/.test(path)
          if (tellsOnlyTheCaller && isPlain(request)) expect(answer.status).not.toBe(401)
        })
      },
      testMs,
    )
  })
})

function isPlain({ parts }: FuzzedRequest): boolean {
  return Object.values(parts).every((part) => 'nth' in part)
}

function urlOf({ path }: ApiOperation, { parts, query }: FuzzedRequest, names: Names): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const part = parts[name]
    if (part === undefined) return name
    if ('encoded' in part) return part.encoded
    const known = names[name] ?? ['unknown']
    return encode(known[part.nth % known.length] ?? 'unknown')
  })
  if (query.length === 0) return filled
  return `${filled}?${query.map((pair) => pair.map(encode).join('=')).join('&')}`
}

/** With names that exist where the body stands open for them. */
function withNames(body: FuzzedRequest['body'], names: Names): FuzzedRequest['body'] {
  if (typeof body !== 'string') return body
  return body.replaceAll(/@(\w+)@/g, (whole, name: string) => names[name]?.[0] ?? whole)
}

async function withinTime(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`There is no answer within ${longestAnswerMs} ms`)
    timer = setTimeout(() => reject(error), longestAnswerMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

const nowhere = 'http://127.0.0.1:1/'

async function someNames(service: TestService): Promise<Names> {
  const queued = await createImage(service, { tags: ['t'] })
  const active = await activeImage(service, '0123456789')
  const community = await createImage(service, { visibility: 'community', protected: true })
  const member = service.accounts.projectId('pending')
  await share(service, active, member)
  const staged = await createImage(service)
  expect((await stage(service, staged, 'data')).status).toBe(204)
  const namespace = `n-${crypto.randomUUID()}`
  const created = await service.ask('POST', '/v2/metadefs/namespaces', {
    as: 'adm',
    body: {
      namespace,
      visibility: 'public',
      properties: { x: { title: 'X', type: 'string' } },
      objects: [{ name: 'x' }],
      tags: [{ name: 'x' }],
      resource_type_associations: [{ name: 'x' }],
    },
  })
  expect(created.status, created.text).toBe(201)
  const task = await service.ask('POST', '/v2/tasks', { as: 'adm', body: importOf(nowhere) })
  expect(task.status, task.text).toBe(201)
  return {
    image_id: [active, queued, staged, community, crypto.randomUUID()],
    member_id: [member, 'nobody'],
    project_id: [member, 'nobody'],
    tag: ['t', 'u'],
    namespace: [namespace, 'unknown'],
    name: ['x', 'x', 'unknown'],
    task_id: [task.body.id, crypto.randomUUID()],
    resource_type: ['OS::Glance::Image', 'unknown'],
    store_id: ['fast', 'slow', 'web', 'unknown'],
  }
}

/** Accounts that nobody needs: the fuzzer may delete them. */
async function someAccounts(service: TestService): Promise<Names> {
  const make = async (noun: string) => {
    const body = { [noun]: { name: crypto.randomUUID() } }
    const answer = await service.ask('POST', `/identity/v3/${noun}s`, { as: 'adm', body })
    expect(answer.status, answer.text).toBe(201)
    return String(answer.body[noun].id)
  }
  const { body } = await service.ask('GET', '/identity/v3/roles', { as: 'adm' })
  return {
    project: [await make('project'), 'unknown'],
    user: [await make('user'), 'unknown'],
    role: [...body.roles.map(({ id }: { id: string }) => id), 'unknown'],
    domain: ['default', 'unknown'],
  }
}
