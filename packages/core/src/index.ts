export { accountRoles, withImpliedRoles } from './account-roles.ts'
export type { Actor, Role } from './actor.ts'
export { hasRole, isAdmin } from './actor.ts'
export type { ByteRange } from './byte-range.ts'
export { parseByteRange, parseContentRange } from './byte-range.ts'
export { Contents } from './contents.ts'
export * from './errors.ts'
export { EventConsumer, type EventConsumerParts, type Pauses } from './event-consumer.ts'
export type { ImageFacts, MemberFacts, TaskFacts } from './event-facts.ts'
export { changedFacts, imageFacts, memberFacts, taskFacts } from './event-facts.ts'
export type { Event, EventActor, EventPayloads, EventType, Happening } from './events.ts'
export { toEvent } from './events.ts'
export type { FormatRules } from './formats/inspect-image.ts'
export {
  type CountedValue,
  type Facet,
  type FacetChoice,
  type FacetCounts,
  type FacetValue,
  facetKey,
  facets,
  mostFacetValues,
} from './gallery/facets.ts'
export {
  type Exhibit,
  Gallery,
  type GallerySearch,
  type PlacedExhibit,
  type PublicImage,
  type PublicPublisher,
} from './gallery/gallery.ts'
export {
  isShown,
  type Listing,
  type ListingText,
  type Publisher,
  slugOf,
} from './gallery/listing.ts'
export { type ListingPage, Listings } from './gallery/listings.ts'
export { Publishers, type PublisherText } from './gallery/publishers.ts'
export { listingWords, searchWords } from './gallery/search-words.ts'
export { hashInPlace } from './hash-in-place.ts'
export type {
  Image,
  ImageStatus,
  ImportState,
  Location,
  Multihash,
  ObjectAddress,
  Visibility,
} from './image.ts'
export { imageStatuses, visibilities } from './image.ts'
export { type CacheContent, ImageCache, type ImageCacheParts, refuseCache } from './image-cache.ts'
export type { Download, Sending } from './image-downloads.ts'
export { ImageDownloads } from './image-downloads.ts'
export type { ImageEdit, ImageFields } from './image-edit.ts'
export type { ImportCall } from './image-imports.ts'
export { ImageImports } from './image-imports.ts'
export type {
  ImageFilter,
  ImageListQuery,
  NumberField,
  NumberRelation,
  SortDirection,
  SortField,
  SortKey,
  TextField,
  TimeField,
  TimeRelation,
} from './image-list.ts'
export { completeSort, sortFields } from './image-list.ts'
export type { LocationRequest } from './image-locations.ts'
export { ImageLocations } from './image-locations.ts'
export { ImageSignatures } from './image-signature.ts'
export type { Upload } from './image-uploads.ts'
export { ImageUploads } from './image-uploads.ts'
export type { ImageDraft, ListRequest } from './images.ts'
export { Images } from './images.ts'
export {
  type ImportPluginName,
  ImportPlugins,
  type ImportPluginsParts,
  importPluginNames,
} from './import-plugins/import-plugins.ts'
export type { ImportMethod } from './import-request.ts'
export { importMethods } from './import-request.ts'
export { ImportSources } from './import-sources.ts'
export type { Limits } from './limits.ts'
export { defaultLimits } from './limits.ts'
export type { ListChoice, ListPart, ListScope } from './list-scope.ts'
export { listScope } from './list-scope.ts'
export { type GivenLocation, type LocationEdit, LocationEdits } from './location-edits.ts'
export { LooseObjects } from './loose-objects.ts'
export type { Member, MemberStatus } from './member.ts'
export { memberStatuses } from './member.ts'
export { Members } from './members.ts'
export * from './metadefs/metadef.ts'
export type { MetadefItemFacts, NamespaceFacts } from './metadefs/metadef-events.ts'
export { MetadefItems } from './metadefs/metadef-items.ts'
export {
  type LoadedNamespaces,
  MetadefNamespaces,
  type NamespaceListRequest,
  type NamespaceView,
  type NewNamespace,
} from './metadefs/metadef-namespaces.ts'
export { type MetadefsWithEvents, metadefsWithEvents } from './metadefs/metadefs-with-events.ts'
export { PropertyDefinitions } from './metadefs/property-definitions.ts'
export type {
  AccessRequestPlace,
  AccessRequestQuery,
  AccessRequestReader,
  AccessRequestWriter,
  PlacedAccessRequest,
} from './ports/access-request-records.ts'
export type {
  AccountFilter,
  AccountRecords,
  Credentials,
  IdOrName,
  NamedRoleAssignment,
  NewUser,
  Project,
  ProjectChanges,
  RoleAssignment,
  Standing,
  TokenSubject,
  User,
  UserChanges,
} from './ports/account-records.ts'
export type { CachedCopy, CacheIndex } from './ports/cache-index.ts'
export type { Certificates } from './ports/certificates.ts'
export type { Clock } from './ports/clock.ts'
export { systemClock } from './ports/clock.ts'
export type { Content, ContentReader, ContentWriter } from './ports/content-records.ts'
export type { Backlog, EventOutbox, EventWriter, PlacedEvent } from './ports/event-outbox.ts'
export type { Hashed, Hashing } from './ports/hashing.ts'
export type { Identity, PasswordLogIn, TypedLogIn } from './ports/identity.ts'
export {
  type Conversion,
  type ConversionFormat,
  type ConvertedImage,
  type ConvertibleFormat,
  conversionFormats,
  convertibleFormats,
  type ImageConverter,
} from './ports/image-converter.ts'
export type {
  Listed,
  ListingPlace,
  ListingQuery,
  ListingReader,
  ListingWalk,
  ListingWriter,
  NumberedListing,
  OwnListingQuery,
  PlacedListing,
  PublisherQuery,
} from './ports/listing-records.ts'
export {
  type LetterWriter,
  type MailCarrier,
  MailRefusedError,
  type Written,
} from './ports/mail.ts'
export type {
  MetadefReader,
  MetadefRecords,
  MetadefTransaction,
} from './ports/metadef-records.ts'
export type { ObjectStore, StoredObject } from './ports/object-store.ts'
export { ObjectNotFoundError } from './ports/object-store.ts'
export type { FeedEntry, FeedSpan, ProjectFeeds } from './ports/project-feeds.ts'
export type {
  AbandonedObject,
  ImageAndMember,
  LooseObject,
  Records,
  RecordsReader,
  RecordsTransaction,
  Usage,
} from './ports/records.ts'
export type {
  ActivityQuery,
  Block,
  InboxEntry,
  InboxPlace,
  InboxQuery,
  MailQuery,
  PlacedActivity,
  PlacedMail,
  Reminders,
  SharedWith,
  ShareQuery,
  SharingReader,
  SharingWriter,
} from './ports/sharing-records.ts'
export type {
  TaskListQuery,
  TaskQueue,
  TaskReader,
  TaskSortField,
  TaskWriter,
} from './ports/task-records.ts'
export { taskSortFields } from './ports/task-records.ts'
export type { WebContent, WebRequest, WebSource } from './ports/web-source.ts'
export type { WebAnswer, WebhookCarrier, WebMessage } from './ports/webhook-carrier.ts'
export type {
  DeliveryQuery,
  DueWebhooksQuery,
  WebhookLog,
  WebhookReader,
  WebhookWriter,
} from './ports/webhook-records.ts'
export type { PropertyOperation, PropertyRule } from './property-protections.ts'
export { PropertyProtections, propertyOperations } from './property-protections.ts'
export type { Quotas, UsageAndQuotas } from './quotas.ts'
export { noQuotas, ProjectUsage } from './quotas.ts'
export type { RecordsWithEvents, TransactionWithEvents } from './records-with-events.ts'
export { withEvents } from './records-with-events.ts'
export type { RemoteImage, RemoteReference } from './remote-image.ts'
export { openRemoteImage, showRemoteImage } from './remote-image.ts'
export { RequestRate, type RequestRateRule } from './request-rate.ts'
export { ImportRuns } from './run-import.ts'
export { LocationRuns } from './run-location-import.ts'
export {
  type AccessRequest,
  type AccessRequestStatus,
  accessRequestStatuses,
} from './sharing/access-request.ts'
export {
  AccessRequests,
  type AskedFor,
  type Confirmable,
  type RequestsQuery,
} from './sharing/access-requests.ts'
export { Activities, type ActivityRequest } from './sharing/activities.ts'
export { type ActivityEntry, type ActivityType, activityTypes } from './sharing/activity.ts'
export type { ApprovalRule } from './sharing/approval-rule.ts'
export {
  type Contact,
  type Delivery,
  deliveries,
  type Language,
  languages,
  type NoticeKind,
  noticeKinds,
  type Wants,
  wantsAll,
} from './sharing/contact.ts'
export { type ContactChanges, type ContactDraft, Contacts } from './sharing/contacts.ts'
export { type FeedPage, type FeedRequest, Feeds, type FeedsParts } from './sharing/feeds.ts'
export { Inbox, type InboxRequest } from './sharing/inbox.ts'
export type { Invitation } from './sharing/invitation.ts'
export {
  InvitationAnswers,
  type InvitationView,
  type LogInAttempt,
} from './sharing/invitation-answers.ts'
export type { InvitationLink } from './sharing/invitation-link.ts'
export {
  type Addressee,
  type AnswerLink,
  type DigestEntry,
  type ImageChange,
  type Letter,
  type Mail,
  type MailStatus,
  mailStatuses,
  type Notice,
} from './sharing/mail.ts'
export { MailRoom } from './sharing/mail-room.ts'
export { type ApprovalRuleDraft, RequestQueue } from './sharing/request-queue.ts'
export { SecretLinks } from './sharing/secret-links.ts'
export {
  type ReminderRules,
  type Shared,
  type ShareListRequest,
  type ShareRequest,
  Shares,
} from './sharing/shares.ts'
export type { SharingRules } from './sharing/sharing-rules.ts'
export {
  type ToldEvent,
  type ToldEventType,
  type ToldImage,
  toldEventTypes,
  toldProjects,
  toldTo,
} from './sharing/told-event.ts'
export {
  type DeliveryState,
  deliveryStates,
  hasEndedDelivery,
  type Webhook,
  type WebhookDelivery,
} from './sharing/webhook.ts'
export { WebhookDispatch } from './sharing/webhook-dispatch.ts'
export { WebhookSender } from './sharing/webhook-sender.ts'
export { type WebhookChanges, type WebhookDraft, Webhooks } from './sharing/webhooks.ts'
export type { Elsewhere, Store } from './stores.ts'
export { Stores } from './stores.ts'
export type { Task, TaskStatus, TaskType } from './task.ts'
export { taskStatuses, taskTypes } from './task.ts'
export type { Progress, RunTask } from './task-runner.ts'
export { TaskRunner } from './task-runner.ts'
export type { ImportTaskRequest, TaskListRequest } from './tasks.ts'
export { Tasks } from './tasks.ts'
export {
  type Finding,
  Verification,
  type VerificationParts,
  type Verified,
  type VerifiedInAll,
} from './verification.ts'
