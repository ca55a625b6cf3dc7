/**
 * Puts the service together. The only place that knows every part, and so the only one that
 * chooses among adapters.
 */
import {
  type LoadedNamespaces,
  MetadefItems,
  MetadefNamespaces,
  metadefsWithEvents,
  PropertyDefinitions,
  type Stores,
  systemClock,
} from '@vitrine/core'
import type { Bootstrap } from '@vitrine/identity'
import {
  accountRecords,
  type Database,
  EventListeners,
  imageRecords,
  metadefRecords,
  openDatabase,
} from '@vitrine/records'
import { HttpWebhookCarrier, HttpWebSource } from '@vitrine/web'
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import type { Config } from './config.ts'
import { docs } from './docs-page.ts'
import { robotsFile } from './gallery/for-programs.ts'
import { galleryPages } from './gallery/gallery.ts'
import { galleryRoot } from './gallery/gallery-paths.ts'
import { takeRequest } from './gallery/take-request.ts'
import { createHttpServer } from './http.ts'
import { identityApi } from './identity-api/identity-api.ts'
import { imagesApi } from './images-api/images-api.ts'
import { ApiVersions } from './images-api/versions.ts'
import { mailPages } from './mail-pages/mail-pages.ts'
import { shippedDefinitions } from './metadefs-api/shipped-definitions.ts'
import { openIdentity } from './open-identity.ts'
import { eventConsumers, openImages } from './open-images.ts'
import { openStores } from './open-stores.ts'
import { Operations } from './operations/operations.ts'
import type { Check } from './operations/readiness.ts'
import { sharingApi } from './sharing-api/sharing-api.ts'

export type Service = AsyncDisposable & {
  /** Where it listens, such as `http://127.0.0.1:9292`. */
  readonly url: string
  /** Says which password the first admin got, when this start created it. */
  readonly bootstrap: Bootstrap
  /** Which of the shipped metadata definitions this start created, when it was asked to load them. */
  readonly loadedMetadefs: LoadedNamespaces | undefined
  /** From now on load balancers are told to send requests elsewhere; it takes those that still come. */
  refuseBalancers(): void
}

export type StartOptions = {
  readonly log: FastifyBaseLogger
  /** For the admin that the first start creates; undefined to make one up. */
  readonly adminPassword?: string | undefined
  /** Loads the metadata definitions that come with the service, where they are missing. */
  readonly loadMetadefs?: boolean | undefined
}

/**
 * Opens all that the service needs and listens. Disposing of the service finishes what is in
 * flight, then closes it all, in reverse.
 */
export async function startService(config: Config, options: StartOptions): Promise<Service> {
  const { log, adminPassword, loadMetadefs = false } = options
  await using opened = new AsyncDisposableStack()
  const operations = opened.use(await Operations.open(config.operations, log))
  const { requestRate, observeStore } = operations
  const database = opened.use(await openDatabase(config.database.url, operations.observeDatabase))
  // Hashing the first admin's password takes a while, in which the rest can be opened.
  const openingIdentity = openIdentity(config.identity, {
    records: accountRecords(database),
    adminPassword,
    log,
  })
  openingIdentity.catch(() => {}) // heard of below
  const web = new HttpWebSource(config.imports.web)
  const regionsWeb = new HttpWebSource({
    rules: { allowedPorts: [] },
    allowedNetworks: ['0.0.0.0/0', '::/0'],
  })
  const stores = await openStores(config.stores, {
    dataDirectory: config.data.directory,
    web,
    accelPrefix: config.http.accelPrefix,
    observe: observeStore,
  })
  const listeners = new EventListeners()
  const records = imageRecords(database, listeners)
  // Until it is known which port is free.
  let listening = `http://${config.http.host}:${config.http.port}`
  const reachedAt = () => config.http.publicUrl ?? listening
  const images = opened.use(
    await openImages(config, {
      records,
      stores,
      web,
      regionsWeb,
      webhookCarrier: new HttpWebhookCarrier(config.webhooks.web),
      log,
      publicUrl: reachedAt,
    }),
  )
  const { identity, accounts, urlFor, bootstrap } = await openingIdentity

  const app = createHttpServer({
    log,
    publicUrl: config.http.publicUrl,
    versions: new ApiVersions({
      storesAreNamed: stores.named,
      hasCache: config.cache.directory !== undefined,
    }),
    allowedOrigins: config.http.allowedOrigins,
    trustedProxies: config.http.trustedProxies,
    shutdownMs: config.http.shutdownSeconds * 1000,
  })
  const readiness = await operations.watch(app, readinessChecks(database, stores), () =>
    records.backlogs(eventConsumers(config)),
  )
  const publicUrl = (request: FastifyRequest) =>
    config.http.publicUrl ?? `${request.protocol}://${request.host}`
  if (accounts)
    app.register(identityApi({ accounts, requestRate, publicUrl }), { prefix: '/identity' })
  const clock = systemClock
  const metadefs = {
    records: metadefsWithEvents(metadefRecords(database, listeners), clock),
    clock,
  }
  const namespaces = new MetadefNamespaces(metadefs)
  const loadedMetadefs = loadMetadefs
    ? await namespaces.load(undefined, await shippedDefinitions())
    : undefined
  const imagesFace = imagesApi({
    identity,
    identityUrl: (request) => urlFor(publicUrl(request)),
    requestRate,
    ...images,
    metadefs: {
      namespaces,
      items: new MetadefItems(metadefs),
      definitions: new PropertyDefinitions(metadefs.records),
    },
    stores,
    methods: config.imports.methods,
    formats: config.images,
    showDirectUrl: config.images.showDirectUrl,
    showLocations: config.images.showLocations,
    pageSizes: config.pageSizes,
  })
  app.register(imagesFace, { prefix: '/v2' })
  const sharingFace = sharingApi({
    identity,
    identityUrl: (request) => urlFor(publicUrl(request)),
    requestRate,
    ...images.sharing,
    publicUrl: reachedAt,
    pageSizes: config.pageSizes,
    galleryUrl: (request) => (config.gallery.enabled ? publicUrl(request) : undefined),
  })
  app.register(sharingFace, { prefix: '/sharing/v1' })
  if (config.gallery.enabled) {
    const { gallery, requests } = images.sharing
    const galleryOptions = {
      ...config.gallery,
      gallery,
      publicUrl,
      takeRequest: takeRequest(requests),
    }
    app.register(galleryPages(galleryOptions), { prefix: galleryRoot })
    app.register(robotsFile(galleryOptions))
  }
  app.register(mailPages({ ...images.sharing, identity }), { prefix: '/mail' })
  app.register(docs({ formats: config.images, publicUrl }), { prefix: '/docs' })
  // Together, since both let what is under way finish, and for no longer than they may.
  opened.defer(async () => void (await Promise.all([app.close(), images.finish()])))
  const url = await app.listen({ host: config.http.host, port: config.http.port })
  listening = url

  const everything = opened.move()
  return {
    url,
    bootstrap,
    loadedMetadefs,
    refuseBalancers: () => readiness.stop(),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

function readinessChecks(database: Database, stores: Stores): Record<string, Check> {
  return {
    database: () => database.check(),
    ...Object.fromEntries(
      stores.writable.map(({ id, objects }) => [`store ${id}`, () => objects.check()]),
    ),
  }
}
