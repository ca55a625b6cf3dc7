export { type AccessHarness, describeAccess } from './access.ts'
export { type Caller, callers, consumers, type ProjectName, projects } from './access-callers.ts'
export type { ImageKind } from './access-tables.ts'
export { type AccountRecordsHarness, describeAccountRecords } from './account-records.ts'
export {
  describeListAccess,
  type ListCaller,
  type ListedImage,
  type ListHarness,
  type ListWords,
} from './list-access.ts'
export { describeObjectStore, type ObjectStoreHarness } from './object-store.ts'
export { someImage, someMember } from './some-image.ts'
