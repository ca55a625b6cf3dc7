/** The public names of `@vitrine/sdk`. */

export { ImageClient, type ImageClientOptions } from './client.ts'
export type { DownloadOptions, DownloadProgress } from './download.ts'
export {
  AmbiguousNameError,
  EndpointNotFoundError,
  HashMismatchError,
  ImageClientError,
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
export type { CallOptions } from './transport.ts'
export type { UploadOptions, UploadProgress } from './upload.ts'
export type { UploadSource } from './upload-source.ts'
