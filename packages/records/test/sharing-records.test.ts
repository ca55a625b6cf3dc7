import { describeRequestRecords, describeSharingRecords } from '@vitrine/conformance'
import { onBothDatabases } from './on-both-databases.ts'

onBothDatabases(describeSharingRecords)
onBothDatabases(describeRequestRecords)
