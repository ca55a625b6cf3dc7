export type { Static, TSchema } from 'typebox/type'
export { CloudEvent, EventData, EventsBody, EventType } from './events.ts'
export { ImageBody, ImageListBody } from './image.ts'
export type { Formats, SettableImageFields } from './image-schema.ts'
export {
  commonImageProperties,
  ImageLocation,
  imageProperties,
  imageSchema,
  imagesSchema,
  settableImageFields,
  uuidPattern,
} from './image-schema.ts'
export {
  type ListingBody,
  type ListingsBody,
  type OwnListingsBody,
  type PublisherBody,
  type PublishersBody,
  PutListingBody,
  PutPublisherBody,
} from './listings.ts'
export { MemberBody, MemberListBody, MemberStatus } from './member.ts'
export { memberSchema, membersSchema } from './member-schema.ts'
export type {
  MetadefAssociationBody,
  MetadefNamespaceBody,
  MetadefObjectBody,
  MetadefProperties,
  MetadefPropertyBody,
  MetadefTagBody,
} from './metadef.ts'
export { metadefSchemas } from './metadef-schema.ts'
export { type ApiDescription, imagesApi, openApiDocument, sharingApi } from './openapi.ts'
export type { Operation } from './operations/operation.ts'
export { AddLocationBody, CreateMemberBody, CreateTaskBody } from './requests.ts'
export {
  type AcceptedBody,
  type ActivityBody,
  AnswerBody,
  type AnsweredBody,
  ApprovalRuleBody,
  ApproveBody,
  AskBody,
  AskingProjectId,
  type BlocksBody,
  ChangeContactBody,
  type ContactBody,
  type ContactsBody,
  DeclineBody,
  Email,
  type InboxBody,
  type MailsBody,
  NewContactBody,
  Note,
  type Problem,
  RemindBody,
  type RemindedBody,
  type RequestBody,
  type RequestsBody,
  ShareBody,
  type ShareListBody,
  type SharesBody,
} from './sharing.ts'
export { taskSchema, tasksSchema } from './task-schema.ts'
export {
  ChangeWebhookBody,
  type DeliveriesBody,
  type DeliveryBody,
  type DeliveryWithEventBody,
  NewWebhookBody,
  type WebhookBody,
  type WebhooksBody,
  type WebhookWithSecretBody,
} from './webhooks.ts'
