export { describeObjectStore, type ObjectStoreHarness } from './object-store.ts'
