import { describeWebhookRecords } from '@vitrine/conformance'
import { onBothDatabases } from './on-both-databases.ts'

onBothDatabases(describeWebhookRecords)
