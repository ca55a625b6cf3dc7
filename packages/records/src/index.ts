export { accountRecords } from './account-records.ts'
export type { Database } from './database.ts'
export { imageRecords } from './image-records.ts'
export { openDatabase } from './open-database.ts'
