/**
 * The core, put together: images, their data and members, and the tasks that work on them.
 */
import {
  AccessRequests,
  Activities,
  Contacts,
  Contents,
  Feeds,
  type FormatRules,
  Gallery,
  type ImageCache,
  ImageDownloads,
  ImageImports,
  ImageLocations,
  ImageSignatures,
  Images,
  ImageUploads,
  ImportRuns,
  ImportSources,
  Inbox,
  InvitationAnswers,
  Listings,
  LocationEdits,
  LocationRuns,
  LooseObjects,
  Members,
  ProjectUsage,
  PropertyProtections,
  Publishers,
  type Records,
  RequestQueue,
  SecretLinks,
  Shares,
  type Stores,
  systemClock,
  type Task,
  TaskRunner,
  Tasks,
  type WebhookCarrier,
  type WebSource,
  withEvents,
} from '@vitrine/core'
import type { FastifyBaseLogger } from 'fastify'
import { certificateDirectory } from './certificate-directory.ts'
import type { Config } from './config.ts'
import { HashThreads } from './hashing/hash-threads.ts'
import { openCache } from './open-cache.ts'
import { mailConsumer, openMail } from './open-mail.ts'
import { notificationConsumer, openNotifications } from './open-notifications.ts'
import { openPlugins } from './open-plugins.ts'
import { openWebhooks, webhookConsumer } from './open-webhooks.ts'
import type { SharingParts } from './sharing-api/sharing-api.ts'

/** How often what other processes left half-done is looked for, besides at every start. */
const sweepEveryMs = 5_000
/** How often what has expired is forgotten. */
const forgetEveryMs = 60_000
/** How often tasks are looked for that other processes wrote down, or died over. */
const wakeEveryMs = 5_000

/** For how long events are kept for readers to come, and the log of deliveries with them. */
const keepEventsMs = 7 * 24 * 60 * 60_000

export type OpenImagesParts = {
  readonly records: Records
  readonly stores: Stores
  readonly web: WebSource
  /** Reaches the regions that the operator named. */
  readonly regionsWeb: WebSource
  readonly webhookCarrier: WebhookCarrier
  /** Where the service is reached, for links in mails. */
  readonly publicUrl: () => string
  readonly log: FastifyBaseLogger
}

export type OpenImages = AsyncDisposable & {
  /** Begins no more tasks, and lets those that run finish, for as long as a shutdown may take. */
  readonly finish: () => Promise<void>
  readonly images: Images
  readonly locations: ImageLocations
  readonly protections: PropertyProtections
  readonly uploads: ImageUploads
  readonly downloads: ImageDownloads
  readonly cache: ImageCache | undefined
  readonly imports: ImageImports
  readonly members: Members
  readonly usage: ProjectUsage
  readonly tasks: Tasks
  readonly sharing: SharingParts
}

/** Puts right what the last process left half-done, then begins to run tasks. */
export async function openImages(config: Config, outside: OpenImagesParts): Promise<OpenImages> {
  const { stores, web, regionsWeb, publicUrl, log } = outside
  const { limits, quotas } = config
  const { hashAlgorithm, requireFormatMatch } = config.images
  const clock = systemClock
  const records = withEvents(outside.records, clock)
  const protections = new PropertyProtections(config.propertyProtections)
  const looseObjects = new LooseObjects({
    records,
    stores,
    clock,
    onError: (error, address) => log.error({ err: error, ...address }, 'image data not deleted'),
  })
  const formatRules: FormatRules = {
    requireMatch: requireFormatMatch,
    warn: (sentence) => log.warn(sentence),
  }
  const signatures = new ImageSignatures(
    certificateDirectory(config.images.certificatesDirectory),
    clock,
  )
  const hashing = new HashThreads()
  const data = {
    records,
    stores,
    looseObjects,
    contents: new Contents({ records, stores }),
    clock,
    limits,
    hashAlgorithm,
    hashing,
    formatRules,
    quotas,
    signatures,
  }
  const { regions } = config.imports
  const sources = new ImportSources({ stores, web, limits, regions, regionsWeb })
  const plugins = await openPlugins(config.imports.plugins, config.data.directory)
  const runs = new ImportRuns({ ...data, sources, plugins })
  const { hashLocations } = config.imports
  const locationRuns = new LocationRuns({ ...data, web, hashLocations })
  const runsOf = (task: Task) => (task.type === 'location_import' ? locationRuns : runs)
  const keepSeconds = config.imports.keepTaskHours * 3600
  const runner = new TaskRunner({
    records,
    clock,
    run: (task, progress) => runsOf(task).run(task, progress),
    giveUp: (task) => runsOf(task).giveUp(task),
    keepSeconds,
    onError: (error, task) => log.error({ err: error, taskId: task?.id }, 'task failed'),
  })
  const consumers = eventConsumers(config)
  const wake = () => runner.wake()
  const forget = async () => {
    await records.forgetExpiredTasks(clock.now())
    const proofMs = config.sharing.rules.proofDays * 24 * 60 * 60_000
    await records.forgetExpired(clock.now(), new Date(clock.now().getTime() - proofMs))
    const oldest = new Date(clock.now().getTime() - keepEventsMs)
    while ((await records.forgetEvents(oldest, consumers)) > 0);
    await records.forgetDeliveries(oldest)
  }

  const images = new Images({
    records,
    looseObjects,
    clock,
    limits,
    quotas,
    protections,
    locationEdits: config.images.showLocations
      ? new LocationEdits({ stores, web, hashAlgorithm, limits })
      : undefined,
  })

  await looseObjects.sweep()
  await forget()
  await using opened = new AsyncDisposableStack()
  opened.use(looseObjects)
  opened.use(hashing)
  opened.use(
    await openNotifications(config.notifications, {
      outbox: records,
      storesAreNamed: stores.named,
      log,
    }),
  )
  const { cache } = opened.use(
    await openCache(config.cache, {
      records,
      stores,
      clock,
      hashing,
      onError: (error, imageId) => log.warn({ err: error, imageId }, 'an image was not cached'),
    }),
  )
  await cache?.tidy()
  const links = new SecretLinks(await records.linkKey())
  const { rules } = config.sharing
  opened.use(await openMail(config.mail, { records, links, publicUrl, rules, log }))
  const { webhooks } = opened.use(
    await openWebhooks({
      records,
      carrier: outside.webhookCarrier,
      publicUrl,
      retryMs: config.webhooks.retryMs,
      log,
    }),
  )
  const feeds = opened.use(
    new Feeds({
      records,
      onError: (error) => log.error({ err: error }, 'events could not be told'),
    }),
  )
  opened.use(runner)
  const complain = (error: unknown) => log.error({ err: error }, 'sweep failed')
  opened.use(every(wakeEveryMs, async () => wake(), complain))
  opened.use(every(sweepEveryMs, () => looseObjects.sweep(), complain))
  opened.use(every(forgetEveryMs, () => forget().then(() => cache?.tidy()), complain))
  wake()

  const members = new Members({ records, clock, limits })
  const everything = opened.move()
  return {
    images,
    locations: new ImageLocations({ records, stores, clock, limits, wake }),
    uploads: new ImageUploads(data),
    downloads: new ImageDownloads({ records, stores, cache }),
    cache,
    imports: new ImageImports({
      records,
      stores,
      web,
      sources,
      plugins,
      clock,
      wake,
      quotas,
      methods: config.imports.methods,
      keepSeconds,
    }),
    members,
    sharing: {
      shares: new Shares({ records, clock, limits, reminders: config.sharing.reminders }),
      inbox: new Inbox({ records, members, clock }),
      activities: new Activities({ records }),
      contacts: new Contacts({
        records,
        clock,
        links,
        defaultLanguage: config.mail.language,
      }),
      invitations: new InvitationAnswers({ records, clock, links, rules }),
      requests: new AccessRequests({
        records,
        clock,
        links,
        limits,
        rules,
        defaultLanguage: config.mail.language,
      }),
      queue: new RequestQueue({ records, clock, limits }),
      listings: new Listings({ records, clock }),
      publishers: new Publishers({ records, clock }),
      gallery: new Gallery({ records }),
      records,
      feeds,
      webhooks,
    },
    usage: new ProjectUsage({ records, quotas }),
    protections,
    tasks: new Tasks({ records, images, stores, web, clock, wake }),
    finish: () => runner.finish(config.http.shutdownSeconds * 1000),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** Those who are told of events. Who is switched off holds back nothing. */
export function eventConsumers({ notifications }: Config): readonly string[] {
  return [
    mailConsumer,
    webhookConsumer,
    ...(notifications.driver === 'none' ? [] : [notificationConsumer]),
  ]
}

/** Runs it again and again, and never a second time while it still runs. */
function every(
  milliseconds: number,
  run: () => Promise<unknown>,
  complain: (error: unknown) => void,
): Disposable {
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    run()
      .catch(complain)
      .finally(() => {
        isRunning = false
      })
  }, milliseconds)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
