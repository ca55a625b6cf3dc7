/**
 * Run once after installing: compiles the service for the first start, which then takes half as long.
 */
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./command.ts')
