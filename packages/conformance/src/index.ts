export { type AccessHarness, describeAccess } from './access.ts'
export { type Caller, callers, consumers, type ProjectName, projects } from './access-callers.ts'
export type { ImageKind } from './access-tables.ts'
export { type AccountRecordsHarness, describeAccountRecords } from './account-records.ts'
export { describeClock } from './clock.ts'
export { describeEventOutbox, nameOf, someEvent } from './event-outbox.ts'
export { describeHashing } from './hashing.ts'
export {
  describeIdentity,
  describeIdentityOutage,
  type IdentityHarness,
  type OutageHarness,
  type People,
  type Person,
} from './identity.ts'
export { type IdentityApiLogin, IdentityApiPeople, idOf } from './identity-api-people.ts'
export {
  describeListAccess,
  type ListCaller,
  type ListedImage,
  type ListHarness,
  type ListWords,
} from './list-access.ts'
export { expectedList, type Listable, type ListQuestion } from './list-oracle.ts'
export { describeListingRecords } from './listing-records.ts'
export {
  describeMetadefRecords,
  type MetadefRecordsHarness,
  type OpenMetadefRecords,
} from './metadef-records.ts'
export { describeObjectStore, type ObjectStoreHarness } from './object-store.ts'
export { describeProjectFeeds } from './project-feeds.ts'
export { describeRecords, type OpenRecords, type RecordsHarness } from './records.ts'
export { describeRequestRecords } from './request-records.ts'
export { describeSharingRecords } from './sharing-records.ts'
export { someImage, someMember } from './some-image.ts'
export { namedStores, oneStore } from './some-stores.ts'
export { describeTaskRecords, someTask } from './task-records.ts'
export { describeWebhookRecords, someDelivery, someWebhook } from './webhook-records.ts'
