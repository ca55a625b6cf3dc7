import { describeTaskRecords } from '@vitrine/conformance'
import { onBothDatabases } from './on-both-databases.ts'

onBothDatabases(describeTaskRecords)
