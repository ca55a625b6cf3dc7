export { accountRecords } from './account-records.ts'
export type { Database } from './database.ts'
export { openDatabase } from './database.ts'
export { imageRecords } from './image-records.ts'
