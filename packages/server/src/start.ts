/**
 * Puts the service together. The only place that knows every part, and so the only one that
 * chooses among adapters.
 */
import { join } from 'node:path'
import { ImageData, Images, LooseObjects, Members, systemClock } from '@vitrine/core'
import type { Bootstrap } from '@vitrine/identity'
import { FileObjectStore } from '@vitrine/objects'
import { accountRecords, imageRecords, openDatabase } from '@vitrine/records'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Config } from './config.ts'
import { createHttpServer } from './http.ts'
import { identityApi } from './identity-api/identity-api.ts'
import { imagesApi } from './images-api/images-api.ts'
import { openIdentity } from './open-identity.ts'

export type Service = AsyncDisposable & {
  /** Where it listens, such as `http://127.0.0.1:9292`. */
  readonly url: string
  /** Says which password the first admin got, when this start created it. */
  readonly bootstrap: Bootstrap
}

export type StartOptions = {
  readonly log: FastifyBaseLogger
  /** For the admin that the first start creates; undefined to make one up. */
  readonly adminPassword?: string | undefined
}

/** How often what dead processes left behind is looked for, besides at every start. */
const sweepEveryMs = 60_000

/**
 * Opens all that the service needs and listens. Disposing of the service finishes what is in
 * flight, then closes it all, in reverse.
 */
export async function startService(config: Config, options: StartOptions): Promise<Service> {
  const { log, adminPassword } = options
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openDatabase(config.database.url))
  const records = imageRecords(database)
  const objects = new FileObjectStore(join(config.data.directory, 'objects'))
  const clock = systemClock
  const { limits } = config

  const looseObjects = new LooseObjects({ records, objects, clock })
  // Before anyone is served: what the last process left half-done is put right first.
  await looseObjects.sweep()
  opened.use(sweepRegularly(looseObjects, log))

  const { identity, accounts, urlFor, bootstrap } = await openIdentity(config.identity, {
    records: accountRecords(database),
    adminPassword,
    log,
  })

  const { hashAlgorithm, requireFormatMatch, ...formats } = config.images
  const formatRules = {
    requireMatch: requireFormatMatch,
    warn: (sentence: string) => log.warn(sentence),
  }
  const app = createHttpServer(log, config.http.publicUrl)
  const publicUrl = (request: FastifyRequest) =>
    config.http.publicUrl ?? `${request.protocol}://${request.host}`
  if (accounts) app.register(identityApi({ accounts, publicUrl }), { prefix: '/identity' })
  const imagesFace = imagesApi({
    identity,
    identityUrl: (request) => urlFor(publicUrl(request)),
    images: new Images({ records, looseObjects, clock, limits }),
    data: new ImageData({
      records,
      objects,
      looseObjects,
      clock,
      limits,
      hashAlgorithm,
      formatRules,
    }),
    members: new Members({ records, clock, limits }),
    formats,
    pageSizes: config.pageSizes,
  })
  app.register(imagesFace, { prefix: '/v2' })
  opened.defer(() => app.close())
  const url = await app.listen({ host: config.http.host, port: config.http.port })

  const everything = opened.move()
  return { url, bootstrap, [Symbol.asyncDispose]: () => everything.disposeAsync() }
}

function sweepRegularly(looseObjects: LooseObjects, log: FastifyBaseLogger): Disposable {
  const timer = setInterval(() => {
    looseObjects.sweep().catch((error) => log.error({ err: error }, 'sweep failed'))
  }, sweepEveryMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
