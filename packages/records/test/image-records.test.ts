import { describeRecords } from '@vitrine/conformance'
import { onBothDatabases } from './on-both-databases.ts'

onBothDatabases(describeRecords)
