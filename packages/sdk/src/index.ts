/** The public names of `@vitrine/sdk`. */

export { ImageClient, type ImageClientOptions } from './client.ts'
export type { DownloadOptions, DownloadProgress } from './download.ts'
export {
  AmbiguousNameError,
  EndpointNotFoundError,
  HashMismatchError,
  ImageClientError,
  InvalidSignatureError,
  NetworkError,
  NoDataError,
  TruncatedDownloadError,
  UnexpectedResponseError,
} from './errors.ts'
export type { Fetch } from './http.ts'
export {
  BadRequestError,
  ConflictError,
  ForbiddenError,
  GoneError,
  HttpError,
  InternalServerError,
  NotFoundError,
  PayloadTooLargeError,
  RangeNotSatisfiableError,
  RateLimitedError,
  ServiceUnavailableError,
  UnauthorizedError,
  UnsupportedMediaTypeError,
} from './http-errors.ts'
export type { Image } from './image.ts'
export type { ImageChanges, NewImage } from './image-changes.ts'
export type { ImageFields, ImageHash, ImageStatus, Visibility } from './image-fields.ts'
export type { ImageQuery, OneOf, Sort, TimeFilter } from './image-query.ts'
export type { ImageListOptions, Images } from './images.ts'
export type { Member, MemberFields, MemberStatus } from './member.ts'
export type { Members } from './members.ts'
export type {
  ForResourceType,
  MetadefAssociation,
  MetadefObjects,
  MetadefProperties,
  MetadefResourceTypes,
  MetadefTag,
  MetadefTags,
  NewMetadefAssociation,
} from './metadef-items.ts'
export type {
  MetadefNamespace,
  MetadefNamespaceChanges,
  MetadefNamespaceFields,
  MetadefVisibility,
  NewMetadefNamespace,
} from './metadef-namespace.ts'
export type { MetadefObject, NewMetadefObject } from './metadef-object.ts'
export type {
  MetadefProperty,
  MetadefPropertyType,
  NewMetadefProperty,
} from './metadef-property.ts'
export type {
  MetadefListOptions,
  MetadefResourceType,
  MetadefSort,
  Metadefs,
} from './metadefs.ts'
export { type PasswordOptions, password } from './password.ts'
export type { RetryOptions, RetryPolicy } from './retry.ts'
export {
  type Auth,
  type AuthContext,
  type Catalog,
  type CatalogEntry,
  type Session,
  token,
} from './session.ts'
export type { ActivityEntry, ActivityOptions, EventActor } from './sharing/activity.ts'
export type { Block, Blocks } from './sharing/blocks.ts'
export type {
  Contact,
  ContactFields,
  Contacts,
  Language,
  NewContact,
  NoticeFrequency,
  NoticeKind,
  Wants,
} from './sharing/contacts.ts'
export type {
  EventImage,
  EventMember,
  EventRequest,
  EventType,
  SharingEvent,
} from './sharing/event.ts'
export type {
  EventPage,
  EventPageOptions,
  Events,
  EventsOptions,
  FollowedEvent,
} from './sharing/events.ts'
export type { Answered, Inbox, InboxOptions, Offer, OfferedImage } from './sharing/inbox.ts'
export type { ListedImage, Listing, ListingText } from './sharing/listing.ts'
export type {
  Facet,
  FacetCount,
  ListingCounts,
  ListingSearch,
  Listings,
} from './sharing/listings.ts'
export type { OwnListing, Publisher, Publishers, PublisherText } from './sharing/publishers.ts'
export type {
  AccessRequest,
  AccessRequestFields,
  ApprovalRule,
  NewRequest,
  RequestListOptions,
  RequestStatus,
  Requests,
} from './sharing/requests.ts'
export type { Reminded, Share, ShareOptions, ShareTarget } from './sharing/shares.ts'
export type { PageOptions } from './sharing/sharing-path.ts'
export { type ReceivedWebhook, verifyWebhook } from './sharing/webhook-signature.ts'
export type {
  Delivery,
  DeliveryOptions,
  DeliveryState,
  NewWebhook,
  Webhook,
  WebhookChanges,
  WebhookFields,
  Webhooks,
} from './sharing/webhooks.ts'
export type { CallOptions } from './transport.ts'
export type { UploadOptions, UploadProgress } from './upload.ts'
export type { UploadSource } from './upload-source.ts'
