/** The built-in identity: projects, users, roles and who holds which where. */
import type { Migration } from '../migrate.ts'

export const accounts: Migration = async () => {}
