export { type AccountRecordsHarness, describeAccountRecords } from './account-records.ts'
export { describeObjectStore, type ObjectStoreHarness } from './object-store.ts'
